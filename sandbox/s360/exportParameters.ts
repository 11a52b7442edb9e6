import { CATALOGUE_COLUMNS, CATALOGUE_PARAMETERS, type Catalogue, type CatalogueParameter } from './catalogue.js';
import { failure, type Outcome } from './envelope.js';
import type { ColumnName } from './ticketRow.js';

export interface ExportParameter {
  readonly name: string;
  /** A comma separated list: one of these. */
  readonly value: string;
}

/** One column must have one of these values. */
export interface Condition {
  readonly column: ColumnName;
  readonly accepted: ReadonlySet<string>;
}

/** What the parameters of a call ask for; all of it must hold. */
export interface Selection {
  /** Only greater ids; null: from the start. */
  readonly afterTicketId: number | null;
  /** Only these ids; null: any. With `taxNumbers` too, it is enough that one of both names the ticket. */
  readonly ticketIds: ReadonlySet<number> | null;
  /** Only these tax numbers; null: any. */
  readonly taxNumbers: ReadonlySet<string> | null;
  readonly pointsOfSales: ReadonlySet<string>;
  readonly conditions: readonly Condition[];
  /** Also what is flagged and has not changed since, if its record changed after this moment (milliseconds); null: no. */
  readonly processedSince?: number | null;
}

/** The names of all parameters that an export can take. */
export const EXPORT_PARAMETERS: readonly string[] = [
  'afterTicketId',
  'ticketIds',
  'taxNumbers',
  'organization',
  'pointOfSales',
  'blockchainTicketModel',
  'fileNumber',
  'processedSince',
  ...CATALOGUE_PARAMETERS,
];

/**
 * Reads the parameters of an executeExport call. A code that nothing in the catalogue has is an error and no empty
 * answer: it protects an operator from a typing error that silently selects nothing (PROPOSED). An organization is no such
 * code: one that has sold nothing yet is no typing error.
 *
 * @param known the parameters that the export takes
 * @returns the selection, or the failure to answer with: `error.unknownParameter`, `error.unknownParameterValue`,
 *   `error.unknownPointOfSales`, each naming what is unknown
 */
export function readSelection(
  parameters: readonly ExportParameter[],
  known: readonly string[],
  catalogue: Catalogue,
  knownPointsOfSales: ReadonlySet<string>,
): { readonly selection: Selection } | { readonly failed: Outcome } {
  let afterTicketId: number | null = null;
  let ticketIds: ReadonlySet<number> | null = null;
  let taxNumbers: ReadonlySet<string> | null = null;
  let pointsOfSales: ReadonlySet<string> = new Set();
  const conditions: Condition[] = [];
  let processedSince: number | null = null;
  for (const { name, value } of parameters) {
    if (!known.includes(name)) return { failed: failure('error.unknownParameter', name) };
    const values = value.split(',').map((part) => part.trim());
    const unknownValue = (wrong: string) => ({ failed: failure('error.unknownParameterValue', `${name}=${wrong}`) });
    if (name === 'afterTicketId' || name === 'ticketIds') {
      const wrong = values.find((text) => !isId(text)) ?? (name === 'afterTicketId' ? values[1] : undefined);
      if (wrong !== undefined) return unknownValue(wrong);
      const ids = new Set(values.map(Number));
      if (name === 'afterTicketId') afterTicketId = Math.max(afterTicketId ?? 0, ...ids);
      else ticketIds = intersection(ticketIds, ids);
    } else if (name === 'taxNumbers' || name === 'organization') {
      if (values.includes('')) return unknownValue('');
      if (name === 'taxNumbers') taxNumbers = intersection(taxNumbers, new Set(values));
      // Of all columns this one is the cheapest to ask.
      else conditions.unshift({ column: 'organization_code', accepted: new Set(values) });
    } else if (name === 'pointOfSales') {
      const unknown = values.find((text) => !knownPointsOfSales.has(text));
      if (unknown !== undefined) return { failed: failure('error.unknownPointOfSales', unknown) };
      pointsOfSales = new Set(values);
    } else if (name === 'blockchainTicketModel') {
      const wrong = values.find((text) => text !== 'true' && text !== 'false');
      if (wrong !== undefined) return unknownValue(wrong);
      conditions.push({ column: 'ticket_model_blockchain', accepted: new Set(values) });
    } else if (name === 'processedSince') {
      processedSince = Date.parse(value);
      if (Number.isNaN(processedSince)) return unknownValue(value);
    } else if (name === 'fileNumber') {
      conditions.push({ column: 'file_id', accepted: new Set(values) });
    } else if (isCatalogueParameter(name)) {
      const unknown = values.find((code) => !catalogue.has(name, code));
      if (unknown !== undefined) return unknownValue(unknown);
      conditions.push({ column: CATALOGUE_COLUMNS[name], accepted: new Set(values) });
    }
  }
  return { selection: { afterTicketId, ticketIds, taxNumbers, pointsOfSales, conditions, processedSince } };
}

function isCatalogueParameter(name: string): name is CatalogueParameter {
  return Object.hasOwn(CATALOGUE_COLUMNS, name);
}

/** An id is a number of 64 bits; of those that JavaScript does not know exactly, no ticket has one. */
function isId(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n;
}

/** @param before null: everything */
function intersection<T>(before: ReadonlySet<T> | null, also: ReadonlySet<T>): ReadonlySet<T> {
  return before === null ? also : new Set([...before].filter((one) => also.has(one)));
}
