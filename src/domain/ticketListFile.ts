import { isTaxNumber, isTicketId, type TicketList } from './skipList.js';

/** A line that names no ticket. What stands in it is never kept: somebody may have pasted something personal. */
export interface BadLine {
  /** As an editor counts: the first one is 1. */
  readonly line: number;
  readonly expected: string;
}

export interface TicketListFile {
  readonly tickets: TicketList;
  /** Tickets of the list, each counted once. */
  readonly count: number;
  readonly badLines: readonly BadLine[];
}

const mostTickets = 20_000;

const byTicket = 'one tax number, or id: and one ticket id, such as id:10228305000005';
const expectedIn = {
  ticket: byTicket,
  tax_number: byTicket,
  ticket_id: 'one ticket id, such as 10228305000005',
} as const satisfies Record<string, string>;

type Column = keyof typeof expectedIn;

/**
 * Tickets as an operator uploads them: a CSV text with a header line and one column, `ticket`, `tax_number` or `ticket_id`, one ticket a line.
 * No value of it may hold a line break, so that every line is read alone, and a stray quote spoils no other one.
 * The form is ours: the manual says that there is a file to upload, not what stands in it.
 *
 * @returns the list and its bad lines; or why it is none at all
 */
export function parseTicketListFile(text: string): TicketListFile | { readonly unusable: string } {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((raw, index) => ({ line: index + 1, value: unquoted(raw.trim()) }))
    .filter(({ value }) => value !== '');
  const [header, ...rows] = lines;
  const column = header?.value?.toLowerCase();
  if (header === undefined) return { unusable: 'expected a header line and at least one ticket, got nothing' };
  if (!isColumn(column)) {
    return {
      unusable: `line ${String(header.line)}: expected a header with one column out of ${Object.keys(expectedIn).join(', ')}, and one ticket in each line after it`,
    };
  }
  const ticketIds = new Set<string>();
  const taxNumbers = new Set<string>();
  const badLines: BadLine[] = [];
  for (const { line, value } of rows) {
    const id = idIn(value, column);
    if (id !== null) ticketIds.add(id);
    else if (value !== null && column !== 'ticket_id' && isTaxNumber(value)) taxNumbers.add(value);
    else badLines.push({ line, expected: expectedIn[column] });
  }
  const count = ticketIds.size + taxNumbers.size;
  if (count > mostTickets) {
    return {
      unusable: `expected at most ${String(mostTickets)} tickets, got ${String(count)}; make several files of it`,
    };
  }
  if (rows.length === 0) return { unusable: 'expected at least one ticket after the header line, got none' };
  return { tickets: { ticketIds, taxNumbers }, count, badLines };
}

function isColumn(text: string | null | undefined): text is Column {
  return typeof text === 'string' && Object.hasOwn(expectedIn, text);
}

/** @returns null if the value names no ticket id */
function idIn(value: string | null, column: Column): string | null {
  if (value === null) return null;
  const id = value.startsWith('id:') ? value.slice(3).trim() : column === 'ticket_id' ? value : '';
  return isTicketId(id) ? id : null;
}

/** @returns null if the quotes do not fit; a value of a ticket has none inside */
function unquoted(field: string): string | null {
  if (!field.includes('"')) return field;
  const inner = /^"([^"]*)"$/.exec(field)?.[1]?.trim();
  // Nothing between quotes is a value that is missing, not an empty line.
  return inner === undefined || inner === '' ? null : inner;
}
