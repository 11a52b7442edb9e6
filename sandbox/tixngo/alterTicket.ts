import { changeTicket } from './changeTicket.js';
import { checkFields, isJsonObject } from './checkFields.js';
import { TICKET_RULE } from './injectionRules.js';
import { phoneOf } from './phones.js';
import type { TicketPayload } from './ticketPayload.js';
import type { TicketIssue } from './ticketRefusal.js';
import { isOnPhone, isTicketStatus } from './ticketStatuses.js';
import { detailsOf } from './statusDetails.js';
import type { TicketRecord } from './ticketStore.js';
import type { TixngoWorld } from './world.js';

/**
 * Changes a ticket by hand, as somebody in TIXNGO's back office could: any field of its payload by JSON path
 * (`spectatorDetails.email`, `ticketDetails.main[0].value`; null removes a field), or `status` to any of the 19.
 * The ticket must still be well formed.
 * Nobody is notified. Returns the altered ticket, or what is wrong.
 *
 * It is then on the phone of its owner if its status says so, and on no phone if it is INJECTED or DELETED.
 * What its status says about a deletion, a transfer, an activation or a control is made up where it is not known.
 * Another spectator is another owner.
 */
export function alterTicket(
  world: TixngoWorld,
  ticket: TicketRecord,
  set: Readonly<Record<string, unknown>>,
): TicketRecord | TicketIssue[] {
  const issues: TicketIssue[] = [];
  const payload = structuredClone(ticket.payload) as Record<string, unknown>;
  let status = ticket.status;
  for (const [path, value] of Object.entries(set)) {
    if (path === 'status') {
      if (isTicketStatus(value)) status = value;
      else issues.push({ path, code: 'FIELD_INVALID', says: 'must be a status of a TIXNGO ticket' });
    } else if (path === 'ticketId') {
      issues.push({ path, code: 'FIELD_INVALID', says: 'cannot be altered' });
    } else if (!setAtPath(payload, path, value)) {
      issues.push({ path, code: 'FIELD_INVALID', says: 'is not a path of this ticket' });
    }
  }
  if (issues.length === 0) issues.push(...checkFields(TICKET_RULE, payload).issues);
  if (issues.length > 0) return issues;

  const now = world.now();
  const altered = payload as unknown as TicketPayload;
  if (world.events.get(altered.event.id) === undefined) {
    world.events.create(altered.event, 'INJECTION', now);
    world.counters.add('eventsCreated');
  }
  const isOthers = Object.keys(set).some((path) => path.startsWith('spectatorDetails'));
  const owner = isOthers || ticket.owner === ticket.payload.spectatorDetails ? altered.spectatorDetails : ticket.owner;
  const record = changeTicket(
    world,
    'ALTER',
    { ...ticket, status, payload: altered, owner, ...detailsOf(ticket, status, owner, now) },
    now,
  );
  if (isOnPhone(status)) world.phones.moveTo(ticket.ticketId, phoneOf(record.owner.email));
  else if (status !== 'DELETION_PENDING') world.phones.dropEverywhere(ticket.ticketId);
  return record;
}

/** Sets one value; every step but the last must lead to an object or list that is there. */
function setAtPath(root: Record<string, unknown>, path: string, value: unknown): boolean {
  const steps = stepsOf(path);
  const last = steps?.pop();
  if (steps === null || last === undefined) return false;
  let at: unknown = root;
  for (const step of steps) at = childOf(at, step);
  if (Array.isArray(at) && typeof last === 'number' && last <= at.length) {
    at[last] = value;
    return true;
  }
  if (!isJsonObject(at) || typeof last !== 'string') return false;
  if (value === null) delete at[last];
  else at[last] = value;
  return true;
}

function childOf(parent: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(parent) ? parent[step] : undefined;
  return isJsonObject(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
}

/** `a.b[0].c` → a, b, 0, c; null when the text is no such path. */
function stepsOf(path: string): (string | number)[] | null {
  if (!/^[A-Za-z_]\w*(?:\[\d+\]|\.[A-Za-z_]\w*)*$/.test(path) || /(?:^|\.)__proto__(?:$|[.[])/.test(path)) return null;
  return Array.from(path.matchAll(/(\d+)(?=\])|[A-Za-z_]\w*/g), ([text, index]) =>
    index === undefined ? text : Number(index),
  );
}
