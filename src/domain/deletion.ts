import { deletionEffect, type HeldTicket, type WantedDeletion } from './tixngoEffect.js';

/**
 * How a cancelled or invalidated ticket is deleted in TIXNGO: with which reason, and whether its spectator still sees it.
 * Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets» (visibility), «TIXNGO v4 interface» (deletion reasons).
 */
export interface DeletionSettings {
  /** Custom parameter `overrideVisibilityFlagForInvalidationReasons`, default empty. */
  readonly visibleReasons: readonly string[];
  /** «Notify spectator». */
  readonly notifySpectator: boolean;
  /** Custom parameter `visibilityFlagDefaultValue`, default false. */
  readonly visibleByDefault: boolean;
  /** S-360's cause to TIXNGO's deletion reason; a cause that is not in it is passed on as it is. */
  readonly deletionReasons: Readonly<Record<string, string>>;
}

export interface CancelledTicket {
  /** CANCELLED or INVALIDATED. */
  readonly state: string;
  readonly cancellationCause: string | null;
}

export function wantedDeletion(ticket: CancelledTicket, settings: DeletionSettings): WantedDeletion {
  const cause = causeOf(ticket);
  const mapped = Object.hasOwn(settings.deletionReasons, cause) ? settings.deletionReasons[cause] : undefined;
  return { reason: mapped ?? cause, visible: showDeletedTicket(cause, settings) };
}

/** `showDeletedTicket`, in the manual's three steps. */
export function showDeletedTicket(cause: string, settings: DeletionSettings): boolean {
  if (settings.visibleReasons.includes(cause)) return true;
  if (settings.notifySpectator) return true;
  return settings.visibleByDefault;
}

/** A ticket without a cause of its own is deleted for what it is: CANCELLED or INVALIDATED. */
function causeOf(ticket: CancelledTicket): string {
  const cause = ticket.cancellationCause?.trim() ?? '';
  return cause === '' || cause === 'NOT_CANCELLED' ? ticket.state : cause;
}

/**
 * Whether TIXNGO shows the deletion that S-360 wants. Of a ticket that was processed before, only another reason is news: a visibility that
 * the configuration has changed since tells nobody anything.
 */
export function isDeletedAsWanted(held: HeldTicket, wanted: WantedDeletion, processedBefore: boolean): boolean {
  const visible = processedBefore ? (held.deletion?.visible ?? wanted.visible) : wanted.visible;
  return deletionEffect(held, { ...wanted, visible }) === 'done';
}
