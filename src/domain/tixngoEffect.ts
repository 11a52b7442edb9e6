import { isDeletion } from './tixngoStatus.js';

/** What TIXNGO holds for one ticket, as far as a look-up tells. */
export interface HeldTicket {
  readonly ticketId: string;
  readonly status: string;
  readonly eventId: string | null;
  readonly ownerEmail: string | null;
  /** Lower-case hex SHA-256 of the barcode, where the look-up gives one. */
  readonly barcodeHash: string | null;
  /** Why and how visibly it is deleted; null if it is not, undefined if the look-up does not tell. */
  readonly deletion?: { readonly reason: string | null; readonly visible: boolean | null } | null | undefined;
  /** Of a digital privilege; undefined for a ticket. What the look-up does not tell is undefined. */
  readonly privilege?: HeldPrivilege | undefined;
}

export interface HeldPrivilege {
  readonly definitionId: string | undefined;
  readonly ticketIds: readonly string[] | undefined;
  /** Null if it has no barcode. */
  readonly barcodeHash: string | null | undefined;
}

export type InjectionEffect = 'done' | 'differs' | 'deleted';

/** What a deletion wants TIXNGO to show. */
export interface WantedDeletion {
  readonly reason: string;
  readonly visible: boolean;
}

/**
 * A deletion counts as done when its effect is seen: same reason and visibility. What the look-up does not tell cannot differ.
 */
export function deletionEffect(held: HeldTicket, wanted: WantedDeletion): 'done' | 'differs' {
  if (!isDeletion(held.status)) return 'differs';
  const reason = held.deletion?.reason ?? null;
  const visible = held.deletion?.visible ?? null;
  const same = (reason === null || reason === wanted.reason) && (visible === null || visible === wanted.visible);
  return same ? 'done' : 'differs';
}

/** What an injection wants TIXNGO to hold. */
export interface WantedTicket {
  readonly eventId: string;
  readonly ownerEmail: string;
  readonly barcodeHash: string;
}

/**
 * A write counts as done when its effect is seen: same event, owner and barcode. The owner only as long as nobody has moved the ticket: a
 * spectator may have passed it on since. What the look-up does not tell cannot differ.
 *
 * @returns `deleted` if TIXNGO deletes or has deleted it: nothing revives such a ticket
 */
export function injectionEffect(held: HeldTicket, wanted: WantedTicket): InjectionEffect {
  if (isDeletion(held.status)) return 'deleted';
  // Tickets and privileges share their ids: TIXNGO itself refuses one that the other kind has.
  if (held.privilege !== undefined) return 'differs';
  const sameEvent = held.eventId === null || held.eventId === wanted.eventId;
  const sameBarcode = held.barcodeHash === null || held.barcodeHash === wanted.barcodeHash;
  const sameOwner =
    held.status !== 'INJECTED' ||
    held.ownerEmail === null ||
    held.ownerEmail.toLowerCase() === wanted.ownerEmail.toLowerCase();
  return sameEvent && sameBarcode && sameOwner ? 'done' : 'differs';
}
