import type { HeldTicket, InjectionEffect } from './tixngoEffect.js';
import { isDeletion } from './tixngoStatus.js';

/** What an injection wants TIXNGO to hold of a card. */
export interface WantedPrivilege {
  readonly definitionId: string;
  /** Empty if S-360 has none. */
  readonly ownerEmail: string;
  readonly barcodeHash: string | null;
  readonly ticketIds: readonly string[];
}

/**
 * A write counts as done when its effect is seen: same definition, owner, barcode and tickets. What is used stays with its owner: one that S-360
 * gives to somebody else is left as it is, whatever else differs. What the look-up does not tell cannot differ.
 *
 * @returns `deleted` if TIXNGO deletes or has deleted it: nothing revives it
 */
export function privilegeEffect(held: HeldTicket, wanted: WantedPrivilege): InjectionEffect {
  if (isDeletion(held.status)) return 'deleted';
  const { privilege } = held;
  // An event means that a ticket has this id: TIXNGO itself refuses that.
  if (privilege === undefined) return held.eventId === null ? 'done' : 'differs';
  const sameDefinition = privilege.definitionId === undefined || privilege.definitionId === wanted.definitionId;
  const sameBarcode = privilege.barcodeHash === undefined || privilege.barcodeHash === wanted.barcodeHash;
  const sameTickets = privilege.ticketIds === undefined || areSame(privilege.ticketIds, wanted.ticketIds);
  const sameOwner =
    held.ownerEmail === null ||
    wanted.ownerEmail === '' ||
    held.ownerEmail.toLowerCase() === wanted.ownerEmail.toLowerCase();
  if (!sameOwner && held.status !== 'ACTIVE') return 'done';
  return sameDefinition && sameBarcode && sameTickets && sameOwner ? 'done' : 'differs';
}

/** In whatever order. */
function areSame(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)];
  return one.size === other.size && [...one].every((id) => other.has(id));
}
