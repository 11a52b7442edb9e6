import type { SpectatorPayload } from '../ticketPayload.js';
import type { Deletion } from '../ticketStore.js';
import type { Change } from './changeStream.js';

/**
 * One change as the diff tells it. While a transfer is pending, all that is told of the recipient is an e-mail.
 *
 * The fields of `spectatorDetails` are the manual's (S-360 manual, 4.2 Cultural contact creation & distribution); all
 * other names are this project's proposals.
 */
export function diffEntry(change: Change): object {
  return {
    ticketId: change.ticketId,
    eventId: change.eventId,
    status: change.status,
    previousStatus: change.previousStatus,
    statusChangedAt: change.statusChangedAt,
    spectatorDetails: spectatorDetails(change.owner),
    ticketHolder: change.ticketHolder,
    initialOwner: { email: change.initialOwnerEmail },
    transfer: change.transfer,
    activation: change.activation,
    deletion: deletionOf(change.deletion),
    extraFields: change.extraFields,
    beaconName: change.beaconName,
  };
}

function spectatorDetails(owner: SpectatorPayload): object {
  return {
    email: owner.email,
    title: owner.title ?? null,
    firstName: owner.firstName ?? null,
    lastName: owner.lastName ?? null,
    gender: owner.gender ?? null,
    dateOfBirth: owner.dateOfBirth ?? null,
    nationality: owner.nationality ?? null,
    idCardNumber: owner.idCardNumber ?? owner.passportNumber ?? null,
    phoneNumber: owner.phoneNumber ?? null,
    residenceCountry: owner.residenceCountry ?? null,
    language: owner.language ?? null,
    organizerSpectatorPreference: {
      allowPromoEmail: owner.organizerSpectatorPreference?.allowPromoEmail ?? null,
      allowThirdPartyEmail: owner.organizerSpectatorPreference?.allowThirdPartyEmail ?? null,
    },
  };
}

/** Whether people still see the ticket is no news for the organizer. */
function deletionOf(deletion: Deletion | null): object | null {
  return deletion && { reason: deletion.reason, requestedAt: deletion.requestedAt, confirmedAt: deletion.confirmedAt };
}
