import { columnNamed } from './columns.js';
import type { ColumnValue } from './ticketRow.js';
import type { TicketStore } from './ticketStore.js';

/** New values for columns of one ticket's record, as the box office would change them. */
export interface TicketChange {
  readonly ticketId: number;
  readonly set: Readonly<Record<string, ColumnValue>>;
}

/** These are the ticket's identity, or the sandbox's own business. */
const FIXED_COLUMNS: ReadonlySet<string> = new Set(['ticket_id', 'updated_at']);

/**
 * Applies all changes, or none when one of them is wrong.
 *
 * @returns null, or what is wrong, without the value
 */
export function applyChanges(store: TicketStore, changes: readonly TicketChange[]): string | null {
  for (const [number, { ticketId, set }] of changes.entries()) {
    const where = `/changes/${String(number)}`;
    if (store.indexOf(ticketId) === undefined) return `${where}/ticketId: no such ticket`;
    for (const [name, value] of Object.entries(set)) {
      const column = columnNamed(name);
      if (column === undefined) return `${where}/set: unknown column ${name}`;
      if (FIXED_COLUMNS.has(name)) return `${where}/set/${name}: this column cannot be changed`;
      const accepted = value === null ? column.nullable : column.accepts(value);
      if (!accepted) return `${where}/set/${name}: expected ${column.expected}${column.nullable ? ' or null' : ''}`;
    }
  }
  for (const { ticketId, set } of changes) {
    const index = store.indexOf(ticketId);
    if (index !== undefined) store.change(index, set);
  }
  return null;
}
