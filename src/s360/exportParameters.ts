import { filterNames, type TicketFilters } from '../domain/filters.js';

/** Export queries are defined per institution; these parameters are our proposal (docs/manual.md). */
export interface ExportParameter {
  readonly name: string;
  readonly value: string;
}

export interface InjectionQuery {
  readonly afterTicketId: string | null;
  readonly pointOfSales: string;
  readonly shipmentModes: readonly string[];
  readonly filters: TicketFilters;
  readonly fileNumber: string | undefined;
}

/** Not printed (or printed by our point of sales) and not processed; a file number excludes the filters. */
export function injectionParameters(query: InjectionQuery): ExportParameter[] {
  const parameters = [
    { name: 'pointOfSales', value: query.pointOfSales },
    ...after(query.afterTicketId),
    { name: 'shipmentModes', value: query.shipmentModes.join(',') },
    { name: 'blockchainTicketModel', value: 'true' },
  ];
  if (query.fileNumber !== undefined) return [...parameters, { name: 'fileNumber', value: query.fileNumber }];
  for (const name of filterNames) {
    const codes = query.filters[name];
    if (codes !== undefined) parameters.push({ name, value: codes.join(',') });
  }
  return parameters;
}

export interface CancellationQuery {
  readonly afterTicketId: string | null;
  readonly shipmentModes: readonly string[];
  /** Also what was marked processed since, RFC 3339: to find again the deletions that nobody may be waiting for. */
  readonly processedSince: string | null;
}

export function cancellationParameters(query: CancellationQuery): ExportParameter[] {
  return [
    ...after(query.afterTicketId),
    { name: 'shipmentModes', value: query.shipmentModes.join(',') },
    ...(query.processedSince === null ? [] : [{ name: 'processedSince', value: query.processedSince }]),
  ];
}

function after(ticketId: string | null): ExportParameter[] {
  return ticketId === null ? [] : [{ name: 'afterTicketId', value: ticketId }];
}
