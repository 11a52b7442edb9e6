import type { ColumnName, ColumnValue } from './ticketRow.js';
import { SHIPMENT_MODES } from './ticketRow.js';

/**
 * The columns whose codes an operator can filter by, under the name that the export parameter has. What S-360's filters
 * are called: S-360 manual, 1. Ticket injection («Ticket filters»).
 */
export const CATALOGUE_COLUMNS = {
  shipmentModes: 'shipment_mode_type',
  salesChannel: 'sales_channel_code',
  season: 'season_code',
  productFamily: 'product_family',
  product: 'product_code',
  activity: 'activity_code',
  performance: 'performance_id',
  tariff: 'tariff_code',
  category: 'seat_category_code',
} as const satisfies Record<string, ColumnName>;

export type CatalogueParameter = keyof typeof CATALOGUE_COLUMNS;

export const CATALOGUE_PARAMETERS = Object.keys(CATALOGUE_COLUMNS) as readonly CatalogueParameter[];

/** Every code that exists, by export parameter: a filter on any other code is a typing error. */
export class Catalogue {
  readonly #codes = new Map<CatalogueParameter, Set<string>>(CATALOGUE_PARAMETERS.map((name) => [name, new Set()]));

  constructor() {
    for (const mode of SHIPMENT_MODES) this.add('shipmentModes', mode);
  }

  add(parameter: CatalogueParameter, code: ColumnValue): void {
    if (code !== null) this.#codes.get(parameter)?.add(String(code));
  }

  /** Adds every code that these columns hold. */
  addFrom(columns: Partial<Record<ColumnName, ColumnValue>>): void {
    for (const parameter of CATALOGUE_PARAMETERS) this.add(parameter, columns[CATALOGUE_COLUMNS[parameter]] ?? null);
  }

  has(parameter: CatalogueParameter, code: string): boolean {
    return this.#codes.get(parameter)?.has(code) ?? false;
  }

  /** All codes, in the order in which they were added. */
  codes(): Record<CatalogueParameter, string[]> {
    return Object.fromEntries(CATALOGUE_PARAMETERS.map((name) => [name, [...(this.#codes.get(name) ?? [])]])) as Record<
      CatalogueParameter,
      string[]
    >;
  }
}
