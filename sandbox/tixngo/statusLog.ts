import { createHash } from 'node:crypto';
import type { Change } from './diff/changeStream.js';
import { phoneOf } from './phones.js';
import type { SpectatorPayload } from './ticketPayload.js';
import type { ChangeAction } from './ticketTransitions.js';

/** Who has done something. */
export const ACTORS = ['ORGANIZER', 'SPECTATOR', 'SYSTEM'] as const;

type Actor = (typeof ACTORS)[number];

/**
 * How the log names what happens, and who does it. `Download` and `Activate` are the manual's examples («TIXNGO,
 * Reporting endpoint - Ticket status logs»); the other names and the actors are this project's proposals.
 */
const LOGGED: Readonly<Record<ChangeAction, readonly [name: string, actor: Actor]>> = {
  INJECT: ['Inject', 'ORGANIZER'],
  DOWNLOAD: ['Download', 'SPECTATOR'],
  ASSIGN: ['Assign', 'SPECTATOR'],
  START_TRANSFER: ['Start transfer', 'SPECTATOR'],
  ACCEPT_TRANSFER: ['Accept transfer', 'SPECTATOR'],
  REFUSE_TRANSFER: ['Refuse transfer', 'SPECTATOR'],
  CANCEL_TRANSFER: ['Cancel transfer', 'SPECTATOR'],
  LAPSE_TRANSFER: ['Lapse transfer', 'SYSTEM'],
  ACTIVATE_ONLINE: ['Activate', 'SPECTATOR'],
  ACTIVATE_OFFLINE: ['Activate', 'SPECTATOR'],
  ACTIVATE_MANUALLY: ['Activate', 'SPECTATOR'],
  ACTIVATE_BY_BEACON: ['Activate', 'SPECTATOR'],
  CONTROL: ['Control', 'ORGANIZER'],
  DELETE: ['Delete', 'ORGANIZER'],
  CONFIRM_DELETION: ['Confirm deletion', 'SYSTEM'],
  ALTER: ['Alter', 'ORGANIZER'],
};

/** One line of the log. */
export interface StatusLogLine {
  readonly ticketId: string;
  readonly eventId: string;
  readonly action: string;
  /** Null when TIXNGO did not have the ticket before. */
  readonly fromStatus: string | null;
  readonly toStatus: string;
  readonly fromOwnerId: string | null;
  readonly toOwnerId: string;
  readonly actor: Actor;
  readonly timestamp: string;
}

/** One change as the log tells it: owners by an id that says nothing about them. */
export function statusLogLine(change: Change): StatusLogLine {
  const [action, actor] = LOGGED[change.action];
  return {
    ticketId: change.ticketId,
    eventId: change.eventId,
    action,
    fromStatus: change.previousStatus,
    toStatus: change.status,
    fromOwnerId: change.previousOwner && ownerId(change.previousOwner),
    toOwnerId: ownerId(change.owner),
    actor,
    timestamp: change.statusChangedAt,
  };
}

/** The same person has the same id, however his e-mail is typed. */
function ownerId({ email }: SpectatorPayload): string {
  return createHash('sha256')
    .update(`owner ${phoneOf(email)}`, 'utf8')
    .digest('hex')
    .slice(0, 24);
}
