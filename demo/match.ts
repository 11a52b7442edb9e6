import { textOf } from './comparer/expectedTicket.js';
import { someS360Tickets } from './hooks.js';
import type { Parts } from './parts.js';

/** Saturday's match: of the performances that S-360 sells, the one with most tickets for TIXNGO; matches first. */
export async function saturdaysMatch(parts: Parts): Promise<number | null> {
  const modes = parts.rules.injection.shipmentModes;
  const tickets = new Map<number, number>();
  for (const { row } of await someS360Tickets(parts)) {
    const performance = Number(row['performance_id'] ?? Number.NaN);
    const isValid = row['ticket_state'] === 'NOT_PRINTED' || row['ticket_state'] === 'PRINTED';
    if (Number.isNaN(performance) || !isValid || !modes.includes(textOf(row, 'shipment_mode_type') ?? '')) continue;
    // More than there are tickets: any match comes before any other event.
    const weight = row['product_kind'] === 'MATCH' ? 1_000_000 : 1;
    tickets.set(performance, (tickets.get(performance) ?? 0) + weight);
  }
  const [first] = [...tickets].sort(([id, most], [otherId, more]) => more - most || id - otherId);
  return first?.[0] ?? null;
}
