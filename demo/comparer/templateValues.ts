import type { ComparerRules } from './rules.js';
import { textOf } from './expectedTicket.js';
import type { S360Record } from './sandboxTickets.js';

type Row = S360Record['row'];

/** The columns behind the variables of a ticket template. */
const variableColumns: Readonly<Record<string, string>> = {
  Product_externalName: 'product_name',
  Product_code: 'product_code',
  Activity_externalName: 'activity_name',
  Season_code: 'season_code',
  Performance_externalName: 'performance_name',
  Performance_hostTeam: 'host_team',
  Performance_opposingTeam: 'opposing_team',
  Space_externalName: 'site',
  Site_externalName: 'city',
  Site_street1: 'address_line1',
  Site_street2: 'address_line2',
  Site_street3: 'address_line3',
  SeatCategory_code: 'seat_category_code',
  SeatCategory_externalName: 'seat_category_name',
  Seat_gate: 'gate',
  Seat_block: 'block',
  Seat_row: 'row',
  Seat_seat: 'seat',
  Tariff_code: 'tariff_code',
  Ticket_id: 'ticket_id',
  Ticket_taxNumber: 'tax_number',
  File_id: 'file_id',
};

/** The batch's values with those of the ticket template over them; where a template has nothing to say, the batch's stay. */
export function withTemplate(
  batch: ReadonlyMap<string, string | null>,
  row: Row,
  { settings, injection }: ComparerRules,
): ReadonlyMap<string, string | null> {
  const template = settings.ticketTemplates[injection.ticketTemplate ?? ''];
  if (template === undefined) return batch;
  const values = new Map(batch);
  for (const [path, text] of Object.entries<string>(template.fields)) {
    const names = Array.from(text.matchAll(/\$\{([^}]*)\}/g), ([, name]) => name ?? '');
    if (names.length > 0 && names.every((name) => valueOf(row, name) === null)) continue;
    const rendered = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => valueOf(row, name) ?? '');
    if (rendered !== '') values.set(path, rendered);
  }
  return values;
}

function valueOf(row: Row, variable: string): string | null {
  if (variable === 'Performance_startTime') return textOf(row, 'start')?.slice(11, 16) ?? null;
  return textOf(row, variableColumns[variable] ?? '');
}
