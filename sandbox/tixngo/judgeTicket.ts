import { checkFields } from './checkFields.js';
import { TICKET_RULE } from './injectionRules.js';
import type { TixngoSettings } from './settings.js';
import type { TicketPayload } from './ticketPayload.js';
import { ticketIdOf, type RefusedTicket, type TicketIssue } from './ticketRefusal.js';
import { statusAfter } from './ticketTransitions.js';
import type { TixngoWorld } from './world.js';

/** Whether TIXNGO takes a ticket of an injection. */
export type Judgement = { readonly unknownPaths: readonly string[] } & (
  { readonly accepted: true; readonly ticket: TicketPayload } | ({ readonly accepted: false } & RefusedTicket)
);

/** Checks the fields first; a ticket that is well formed must also suit the organizer and what became of its id. */
export function judgeTicket(world: TixngoWorld, ticket: unknown): Judgement {
  const { issues, unknownPaths } = checkFields(TICKET_RULE, ticket);
  const [first, ...more] = issues;
  if (first !== undefined) {
    return { accepted: false, ticketId: ticketIdOf(ticket), issues: [first, ...more], unknownPaths };
  }
  const payload = ticket as TicketPayload;
  const issue = organizerIssue(payload, world.settings) ?? idIssue(world, payload);
  if (issue !== null) return { accepted: false, ticketId: payload.ticketId, issues: [issue], unknownPaths };
  return { accepted: true, ticket: payload, unknownPaths };
}

/**
 * What the organizer's settings refuse.
 * Sources: «TIXNGO, CSV Injection» (`online` only if the organizer allows it), the release note on contingents
 * (mandatory if the organizer's contingent feature is on).
 */
function organizerIssue(ticket: TicketPayload, settings: TixngoSettings): TicketIssue | null {
  if (ticket.activationParameters.method === 'online' && !settings.allowOnlineActivation) {
    return {
      path: 'activationParameters.method',
      code: 'ONLINE_NOT_ALLOWED',
      says: 'must be offline: this organizer does not allow online activation',
    };
  }
  if (settings.contingentMandatory && !ticket.purchaseDetails.contingent?.trim()) {
    return {
      path: 'purchaseDetails.contingent',
      code: 'FIELD_REQUIRED',
      says: 'is required: this organizer has the contingent feature on',
    };
  }
  return null;
}

/** A deleted ticket never comes back, and no ticket has the id of a privilege: this sandbox's own rules. */
function idIssue(world: TixngoWorld, { ticketId }: TicketPayload): TicketIssue | null {
  if (world.privileges.get(ticketId) !== undefined) {
    return { path: 'ticketId', code: 'ID_IN_USE', says: 'is the id of a privilege' };
  }
  const known = world.tickets.get(ticketId);
  if (known === undefined || statusAfter('INJECT', known.status) !== null) return null;
  return {
    path: 'ticketId',
    code: 'TICKET_DELETED',
    says: `is an id that is ${known.status}; a reissued ticket needs a new id`,
  };
}
