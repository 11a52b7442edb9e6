import { failure, success, type Outcome } from './envelope.js';
import type { S360State } from './state.js';
import type { TicketStore } from './ticketStore.js';

interface MarkPrinted {
  readonly ticketIds: readonly number[];
  readonly salesChannelCode: string;
  readonly posCode: string;
}

type PrintResult = {
  readonly ticketId: number;
  readonly outcome: 'PRINTED' | 'ALREADY_PRINTED' | 'REFUSED';
  readonly errorCode?:
    'TICKET_CANCELLED' | 'TICKET_INVALIDATED' | 'TICKET_CONTROLLED' | 'UNKNOWN_TICKET' | 'PRINTED_ELSEWHERE';
};

/**
 * Marks tickets PRINTED by a point of sales, each on its own. PROPOSED: what the manual's batch does inside S-360 («the
 * ticket is marked as printed by the configured point of sales», S-360 manual, 1. Ticket injection); no public call is
 * known for it.
 */
export function markPrinted(state: S360State, body: MarkPrinted): Outcome {
  const pointOfSales = `${body.salesChannelCode};${body.posCode}`;
  if (!state.pointsOfSales.has(pointOfSales)) return failure('error.unknownPointOfSales', pointOfSales);
  const results = body.ticketIds.map((ticketId) => printOne(state, ticketId, pointOfSales));
  const count = (outcome: PrintResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  state.counters.printed += count('PRINTED');
  state.counters.alreadyPrinted += count('ALREADY_PRINTED');
  state.counters.printRefused += count('REFUSED');
  return success({ results });
}

function printOne({ store, accepted }: S360State, ticketId: number, pointOfSales: string): PrintResult {
  const index = store.indexOf(ticketId);
  if (index === undefined) return { ticketId, outcome: 'REFUSED', errorCode: 'UNKNOWN_TICKET' };
  switch (store.stateAt(index)) {
    case 'CANCELLED':
      return { ticketId, outcome: 'REFUSED', errorCode: 'TICKET_CANCELLED' };
    case 'INVALIDATED':
      return { ticketId, outcome: 'REFUSED', errorCode: 'TICKET_INVALIDATED' };
    case 'NOT_PRINTED':
      store.print(index, pointOfSales);
      accepted('markPrinted.markPrinted');
      return { ticketId, outcome: 'PRINTED' };
    case 'CONTROLLED':
      // The gate has let somebody in whose ticket nobody had printed: there is nothing to print any more.
      if (store.printedByAt(index) === null) return { ticketId, outcome: 'REFUSED', errorCode: 'TICKET_CONTROLLED' };
      return printedBefore(store, index, pointOfSales);
    case 'PRINTED':
      return printedBefore(store, index, pointOfSales);
  }
}

function printedBefore(store: TicketStore, index: number, pointOfSales: string): PrintResult {
  const ticketId = store.idAt(index);
  return store.printedByAt(index) === pointOfSales
    ? { ticketId, outcome: 'ALREADY_PRINTED' }
    : { ticketId, outcome: 'REFUSED', errorCode: 'PRINTED_ELSEWHERE' };
}
