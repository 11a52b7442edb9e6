import { filterNames, type TicketFilters } from '../domain/filters.js';

/** Export queries are defined per institution; these parameters are our proposal (docs/manual.md). */
export interface ExportParameter {
  readonly name: string;
  readonly value: string;
}

/** Which rows of an export a page is about, whatever its function. */
export interface PageQuery {
  /** The organization that owns the inventory: an institution's export offers the tickets of all of them. */
  readonly organization: string;
  readonly afterTicketId: string | null;
  /** Only these tickets, whether processed or not: a part of an operator's list. */
  readonly listed?: ListedTickets | null;
  /** Also what was marked processed since, RFC 3339. */
  readonly processedSince?: string | null;
}

/** A part of a list: of ticket ids or of tax numbers, at most 1,000. */
export interface ListedTickets {
  readonly by: 'ticketIds' | 'taxNumbers';
  readonly values: readonly string[];
}

export interface InjectionQuery extends PageQuery {
  readonly pointOfSales: string;
  readonly shipmentModes: readonly string[];
  readonly filters: TicketFilters;
  readonly fileNumber: string | undefined;
}

/** Not printed (or printed by our point of sales) and not processed; a file number excludes the filters. */
export function injectionParameters(query: InjectionQuery): ExportParameter[] {
  const parameters = [
    { name: 'pointOfSales', value: query.pointOfSales },
    ...pageParameters(query),
    { name: 'shipmentModes', value: query.shipmentModes.join(',') },
    { name: 'blockchainTicketModel', value: 'true' },
  ];
  // Whoever names the tickets means them, whatever the filters of the function.
  if ((query.listed ?? null) !== null) return parameters;
  if (query.fileNumber !== undefined) return [...parameters, { name: 'fileNumber', value: query.fileNumber }];
  for (const name of filterNames) {
    const codes = query.filters[name];
    if (codes !== undefined) parameters.push({ name, value: codes.join(',') });
  }
  return parameters;
}

/** What push cancelled and push controlled ask for; their exports differ in the state of the tickets. */
export interface PushQuery extends PageQuery {
  readonly shipmentModes: readonly string[];
}

export function pushParameters(query: PushQuery): ExportParameter[] {
  return [...pageParameters(query), { name: 'shipmentModes', value: query.shipmentModes.join(',') }];
}

const alwaysProcessed = '1970-01-01T00:00:00Z';

function pageParameters({ organization, afterTicketId, listed, processedSince }: PageQuery): ExportParameter[] {
  const isListed = listed !== undefined && listed !== null;
  const since = isListed ? alwaysProcessed : (processedSince ?? null);
  return [
    { name: 'organization', value: organization },
    ...(afterTicketId === null ? [] : [{ name: 'afterTicketId', value: afterTicketId }]),
    ...(isListed ? [{ name: listed.by, value: listed.values.join(',') }] : []),
    ...(since === null ? [] : [{ name: 'processedSince', value: since }]),
  ];
}
