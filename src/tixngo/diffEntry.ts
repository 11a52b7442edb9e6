import type { z } from 'zod';

import type { FeedbackEntry, MobileOwner, MobilePerson, UnreadableEntry } from '../domain/feedbackEntry.js';
import { statusNamed } from '../domain/tixngoStatus.js';
import { diffEntrySchema, momentSchema } from './schemas.js';

type WireEntry = z.infer<typeof diffEntrySchema>;
type WirePerson = NonNullable<WireEntry['ticketHolder']>;

export interface ReadEntries {
  readonly entries: readonly FeedbackEntry[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** Entries of the diff, or of a file of the same form; one that does not fit stops no other. */
export function readEntries(result: readonly unknown[]): ReadEntries {
  const entries: FeedbackEntry[] = [];
  const unreadable: UnreadableEntry[] = [];
  for (const given of result) {
    const parsed = diffEntrySchema.safeParse(given);
    if (parsed.success) entries.push(entryOf(parsed.data));
    else unreadable.push({ ticketId: ticketIdIn(given), field: pathOf(parsed.error) });
  }
  return { entries, unreadable };
}

/** The schema's own names only: the path of an issue never holds a value. */
function pathOf(error: z.ZodError): string {
  return error.issues[0]?.path.map(String).join('.') || 'the whole entry';
}

function ticketIdIn(given: unknown): string | null {
  const id = typeof given === 'object' && given !== null ? (given as { ticketId?: unknown }).ticketId : undefined;
  // Only what has the form of a TIXNGO ticket id may be shown.
  return typeof id === 'string' && /^[\w *.+/()-]{1,256}$/.test(id) ? id : null;
}

function entryOf(wire: WireEntry): FeedbackEntry {
  const { spectatorDetails: owner, ticketHolder: holder, transfer, activation, deletion } = wire;
  return {
    ticketId: wire.ticketId,
    eventId: wire.eventId ?? null,
    status: statusNamed(wire.status),
    previousStatus: typeof wire.previousStatus === 'string' ? statusNamed(wire.previousStatus) : null,
    statusChangedAt: new Date(wire.statusChangedAt).toISOString(),
    owner: owner === null || owner === undefined ? null : ownerOf(owner),
    holder: holder === null || holder === undefined ? null : personOf(holder),
    initialOwnerEmail: word(wire.initialOwner?.email),
    transfer:
      transfer === null || transfer === undefined
        ? null
        : {
            direction: word(transfer.direction),
            senderEmail: word(transfer.senderEmail),
            recipientEmail: word(transfer.recipientEmail),
            initiatedAt: moment(transfer.initiatedAt),
          },
    activation:
      activation === null || activation === undefined
        ? null
        : { method: activation.method ?? null, activatedAt: moment(activation.activatedAt) },
    deletion:
      deletion === null || deletion === undefined
        ? null
        : {
            reason: deletion.reason ?? null,
            requestedAt: moment(deletion.requestedAt),
            confirmedAt: moment(deletion.confirmedAt),
          },
    extraFields: (wire.extraFields ?? []).map(({ key, value }) => ({ key, value: value ?? null })),
    beaconName: wire.beaconName ?? null,
  };
}

function ownerOf(owner: NonNullable<WireEntry['spectatorDetails']>): MobileOwner {
  const preference = owner.organizerSpectatorPreference;
  return {
    ...personOf(owner),
    allowPromoEmail: preference?.allowPromoEmail ?? null,
    allowThirdPartyEmail: preference?.allowThirdPartyEmail ?? null,
  };
}

/** Nothing but blanks is nothing. */
function word(text: string | null | undefined): string | null {
  return (text ?? '').trim() === '' ? null : (text ?? null);
}

/** In the form that S-360 takes; one that is no time, or of no time zone, is no reason to lose the rest of the entry. */
function moment(text: string | null | undefined): string | null {
  const parsed = momentSchema.safeParse(text);
  return parsed.success ? new Date(parsed.data).toISOString() : null;
}

function personOf(person: WirePerson): MobilePerson {
  return {
    email: word(person.email),
    title: word(person.title),
    firstName: word(person.firstName),
    lastName: word(person.lastName),
    gender: word(person.gender),
    dateOfBirth: word(person.dateOfBirth),
    nationality: word(person.nationality),
    idCardNumber: word(person.idCardNumber),
    phoneNumber: word(person.phoneNumber),
    residenceCountry: word(person.residenceCountry),
    language: word(person.language),
  };
}
