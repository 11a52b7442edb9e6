import { EXPORT_PARAMETERS } from './exportParameters.js';
import type { TicketState } from './ticketRow.js';

const WITHOUT_POINT_OF_SALES = EXPORT_PARAMETERS.filter((name) => name !== 'pointOfSales');

/** What decides whether an export offers a ticket, its flag left aside. */
export interface TicketFacts {
  readonly state: TicketState;
  /** `salesChannelCode;posCode` of who printed it, or null. */
  readonly printedBy: string | null;
  /** A membership or season-ticket card. */
  readonly isCard: boolean;
}

/**
 * One export: which tickets it is about. What all exports share is not repeated here: rows come in ascending order of
 * ticket id, and a flagged ticket is left out until its record changes.
 */
export interface ExportDefinition {
  readonly name: string;
  /** The parameters that it takes. */
  readonly parameters: readonly string[];
  /** @param pointsOfSales what the caller gave as `pointOfSales`, empty when it gave none */
  offers(facts: TicketFacts, pointsOfSales: ReadonlySet<string>): boolean;
}

/**
 * The exports of the institution by their key. PROPOSED: in S-360, the vendor or the operator defines the exports of an
 * institution; these have the selections that the manual gives the interface's functions.
 */
export const EXPORT_DEFINITIONS: Readonly<Record<string, ExportDefinition>> = {
  // S-360 manual, 1. Ticket injection: tickets NOT_PRINTED. PRINTED by our own point of sales: a run that ended between
  // its two marks left them so.
  TIXNGO_INJECTION: {
    name: 'Tickets for injection into TIXNGO',
    parameters: EXPORT_PARAMETERS,
    offers: (facts, pointsOfSales) => !facts.isCard && isToBePrinted(facts, pointsOfSales),
  },
  // S-360 manual, 2. Push Cancelled or Invalidated Tickets: cards too, they may have been injected as privileges. A
  // changed cause is a changed record, so that a processed ticket is offered again, like after any other change.
  TIXNGO_CANCELLED: {
    name: 'Cancelled and invalidated tickets for TIXNGO',
    parameters: WITHOUT_POINT_OF_SALES,
    offers: ({ state }) => state === 'CANCELLED' || state === 'INVALIDATED',
  },
  // S-360 manual, 3. Push Controlled Tickets: controlled at a gate; cards too, as above.
  TIXNGO_CONTROLLED: {
    name: 'Controlled tickets for TIXNGO',
    parameters: WITHOUT_POINT_OF_SALES,
    offers: ({ state }) => state === 'CONTROLLED',
  },
  // S-360 manual, Digital Privileges Injection: cards NOT_PRINTED; PRINTED by our own point of sales as with tickets.
  TIXNGO_PRIVILEGES: {
    name: 'Cards for injection into TIXNGO as digital privileges',
    parameters: EXPORT_PARAMETERS,
    offers: (facts, pointsOfSales) => facts.isCard && isToBePrinted(facts, pointsOfSales),
  },
};

function isToBePrinted({ state, printedBy }: TicketFacts, pointsOfSales: ReadonlySet<string>): boolean {
  return state === 'NOT_PRINTED' || (state === 'PRINTED' && printedBy !== null && pointsOfSales.has(printedBy));
}

/** The definition with this key, or undefined. */
export function exportDefinition(exportKey: string): ExportDefinition | undefined {
  return Object.hasOwn(EXPORT_DEFINITIONS, exportKey) ? EXPORT_DEFINITIONS[exportKey] : undefined;
}
