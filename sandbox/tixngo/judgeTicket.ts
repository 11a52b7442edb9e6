import { checkFields } from './checkFields.js';
import { TICKET_RULE } from './injectionRules.js';
import type { TixngoSettings } from './settings.js';
import type { TicketPayload } from './ticketPayload.js';
import { ticketIdOf, type RefusedTicket, type TicketIssue } from './ticketRefusal.js';
import type { TicketStore } from './ticketStore.js';
import { statusAfter } from './ticketTransitions.js';

/** Whether TIXNGO takes a ticket of an injection. */
export type Judgement = { readonly unknownPaths: readonly string[] } & (
  { readonly accepted: true; readonly ticket: TicketPayload } | ({ readonly accepted: false } & RefusedTicket)
);

/** Checks the fields first; a ticket that is well formed must also suit the organizer and what became of its id. */
export function judgeTicket(ticket: unknown, settings: TixngoSettings, tickets: TicketStore): Judgement {
  const { issues, unknownPaths } = checkFields(TICKET_RULE, ticket);
  const [first, ...more] = issues;
  if (first !== undefined) {
    return { accepted: false, ticketId: ticketIdOf(ticket), issues: [first, ...more], unknownPaths };
  }
  const payload = ticket as TicketPayload;
  const issue = organizerIssue(payload, settings) ?? deletedIssue(payload, tickets);
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

/** A deleted ticket never comes back; this sandbox's own rule, see {@link statusAfter}. */
function deletedIssue(ticket: TicketPayload, tickets: TicketStore): TicketIssue | null {
  const known = tickets.get(ticket.ticketId);
  if (known === undefined || statusAfter('INJECT', known.status) !== null) return null;
  return {
    path: 'ticketId',
    code: 'TICKET_DELETED',
    says: `is an id that is ${known.status}; a reissued ticket needs a new id`,
  };
}
