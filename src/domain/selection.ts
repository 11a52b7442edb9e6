import { matchesFilters, type TicketFilters } from './filters.js';
import { isHolderComplete, type HolderFieldName } from './holderFields.js';
import { isParkedNow, type ParkedTicket } from './parking.js';
import { isOnList, type TicketList } from './skipList.js';
import type { S360Ticket } from './ticket.js';

/**
 * Which of the rows that S-360 offers are injected. S-360 filters too (the export's parameters); every row is checked again here, so
 * that a filter that the export ignores never sends a ticket too many.
 */
export interface InjectionSelection {
  /** The kinds of products: those that become tickets, or those that become privileges. */
  readonly kinds: readonly string[];
  readonly shipmentModes: readonly string[];
  readonly filters: TicketFilters;
  readonly fileNumber: string | undefined;
  readonly mandatoryHolderFields: readonly HolderFieldName[];
  readonly skip: TicketList;
  /** `salesChannelCode;posCode` under which S-360 prints what this function injects. */
  readonly pointOfSales: string;
  /** No look-up is configured and a person decides: what is in doubt stays parked. */
  readonly holdInDoubt: boolean;
}

export const selectionResults = ['send', 'markOnly', 'skipped', 'waitingForHolder', 'parked', 'notSelected'] as const;
/**
 * - `send`: NOT_PRINTED and complete
 * - `markOnly`: printed by our point of sales, but not marked processed: a crash fell between the two marks
 * - `skipped`: on the skip list · `parked`: refused before, and not due again
 * - `waitingForHolder`: a mandatory ticket holder field is empty; taken later, no error
 * - `notSelected`: not for TIXNGO, or outside the filters
 */
export type SelectionResult = (typeof selectionResults)[number];

export function selectForInjection(
  ticket: S360Ticket,
  rules: InjectionSelection,
  parked: ParkedTicket | undefined,
  nowMs: number,
): SelectionResult {
  if (!isForTixngo(ticket, rules)) return 'notSelected';
  if (!matchesFilters(ticket, rules.filters, rules.fileNumber)) return 'notSelected';
  const printedByUs = ticket.state === 'PRINTED' && ticket.printedBy === rules.pointOfSales;
  if (ticket.state !== 'NOT_PRINTED' && !printedByUs) return 'notSelected';
  if (isOnList(rules.skip, ticket.ticketId, ticket.taxNumber)) return 'skipped';
  if (parked !== undefined && isParkedNow(parked, ticket.updatedAt, nowMs, rules.holdInDoubt)) return 'parked';
  if (printedByUs) return 'markOnly';
  return isHolderComplete(ticket.holder, rules.mandatoryHolderFields) ? 'send' : 'waitingForHolder';
}

function isForTixngo(ticket: S360Ticket, rules: InjectionSelection): boolean {
  return (
    rules.kinds.includes(ticket.product.kind) &&
    ticket.product.blockchainTicketModel &&
    ticket.shipmentMode !== null &&
    rules.shipmentModes.includes(ticket.shipmentMode)
  );
}
