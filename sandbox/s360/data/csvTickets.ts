import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Catalogue } from '../catalogue.js';
import { COLUMN_NAMES, COLUMNS, columnNamed, type Column } from '../columns.js';
import { productOf, type Product } from '../product.js';
import type { TicketSource } from '../ticketSource.js';
import type { ColumnName, ColumnValue, TicketRow } from '../ticketRow.js';

/** At most this many mistakes are written out, the others are counted. */
const SHOWN_PROBLEMS = 20;

/** A quoted value in a sentence is cut after this many characters. */
const SHOWN_CHARACTERS = 40;

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads tickets from a CSV file: UTF-8, commas, a header line with column names of export rows in any order. An empty
 * field, or a column that is not in the file, is null, or the column's default.
 *
 * @throws Error that lists what is wrong (`line 7, column price: expected …, got …`), without personal values; no ticket is
 *   taken unless all lines are good.
 */
export function csvTickets(file: string): TicketSource {
  return new CsvTickets(parseTickets(readText(file), file));
}

class CsvTickets implements TicketSource {
  readonly catalogue = new Catalogue();
  /** What the tickets of the file were sold for. */
  readonly products: readonly Product[];
  readonly #rows: readonly TicketRow[];

  constructor(rows: readonly TicketRow[]) {
    this.#rows = rows;
    const products = new Map<string, Product>();
    for (const row of rows) {
      this.catalogue.addFrom(row);
      const key = `${row.product_code}\n${String(row.performance_id)}`;
      if (!products.has(key)) products.set(key, productOf(row));
    }
    this.products = [...products.values()];
  }

  get count(): number {
    return this.#rows.length;
  }

  idAt(index: number): number {
    return this.rowAt(index).ticket_id;
  }

  valueAt(index: number, column: ColumnName): ColumnValue {
    return this.rowAt(index)[column];
  }

  rowAt(index: number): TicketRow {
    const row = this.#rows[index];
    if (row === undefined) throw new RangeError(`there is no ticket at ${String(index)}`);
    return row;
  }
}

/** The rows of a CSV text in ascending order of ticket id; `name` is for the error. */
export function parseTickets(text: string, name: string): TicketRow[] {
  const records = parseRecords(text, name);
  const header = records[0]?.record;
  if (header === undefined) throw new Error(`${name}: expected a header line with column names, the file is empty`);
  const problems = headerProblems(header);
  if (problems.length > 0) throw badFile(name, problems);

  const rows: TicketRow[] = [];
  const lineOfId = new Map<number, number>();
  for (const { record, info } of records.slice(1)) {
    const row = readLine(header, record, info.lines, problems);
    if (row === undefined) continue;
    const other = lineOfId.get(row.ticket_id);
    if (other !== undefined) {
      problems.push(
        `line ${String(info.lines)}, column ticket_id: expected an id of its own, got the one of line ${String(other)}`,
      );
    }
    lineOfId.set(row.ticket_id, info.lines);
    rows.push(row);
  }
  if (problems.length > 0) throw badFile(name, problems);
  return rows.sort((a, b) => a.ticket_id - b.ticket_id);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new Error(`${file}: ${why}`, { cause });
  }
}

function parseRecords(text: string, name: string): CsvRecord[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    return parse(text, options) as unknown as CsvRecord[];
  } catch (cause) {
    // The parser's own text repeats a part of the file, and with it perhaps a person.
    const { lines } = cause as { lines?: number };
    const where = lines === undefined ? '' : `, near line ${String(lines)}`;
    // eslint-disable-next-line preserve-caught-error -- for the same reason
    throw new Error(`${name}${where}: expected comma separated values with balanced quotes`);
  }
}

function headerProblems(header: readonly string[]): string[] {
  const problems: string[] = [];
  for (const [place, name] of header.entries()) {
    if (columnNamed(name) === undefined) problems.push(`line 1: unknown column ${quoted(name)}`);
    if (header.indexOf(name) !== place) problems.push(`line 1: the column ${name} is there twice`);
  }
  for (const name of COLUMN_NAMES) {
    const { nullable, whenEmpty } = COLUMNS[name];
    if (!nullable && whenEmpty === undefined && !header.includes(name)) {
      problems.push(`line 1: the column ${name} is missing`);
    }
  }
  return problems;
}

function readLine(
  header: readonly string[],
  record: readonly string[],
  line: number,
  problems: string[],
): TicketRow | undefined {
  if (record.length !== header.length) {
    const [expected, got] = [String(header.length), String(record.length)];
    problems.push(`line ${String(line)}: expected ${expected} columns as in the header, got ${got}`);
    return undefined;
  }
  const texts = new Map(header.map((name, place) => [name, record[place] ?? '']));
  const row: Partial<Record<ColumnName, ColumnValue>> = {};
  const before = problems.length;
  for (const name of COLUMN_NAMES) {
    const column = COLUMNS[name];
    const text = texts.get(name) ?? '';
    const value = text === '' ? (column.whenEmpty ?? (column.nullable ? null : undefined)) : column.parse(text);
    if (value === undefined) {
      problems.push(`line ${String(line)}, column ${name}: expected ${column.expected}, got ${got(column, text)}`);
    } else {
      row[name] = value;
    }
  }
  return problems.length === before ? (row as unknown as TicketRow) : undefined;
}

function got(column: Column, text: string): string {
  if (text === '') return 'nothing';
  return column.personal ? 'another value (not shown: it is personal)' : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}

function badFile(name: string, problems: readonly string[]): Error {
  const shown = problems.slice(0, SHOWN_PROBLEMS);
  const more = problems.length - shown.length;
  const count = problems.length === 1 ? 'one mistake' : `${String(problems.length)} mistakes`;
  const tail = more > 0 ? `\n  and ${String(more)} more` : '';
  return new Error(`${name}: ${count}, nothing was loaded\n  ${shown.join('\n  ')}${tail}`);
}
