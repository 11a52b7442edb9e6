import type { ResolvedPlace } from '../config/resolve.js';
import { services } from '../domain/callServices.js';
import type { CallNeed } from '../domain/callReservations.js';
import { messageOf } from '../domain/messages.js';
import type { CallMeter } from '../http/callMeter.js';
import { stop } from './failures.js';

/** A stretch is up to ten pages, or half a minute. */
export const mostPagesPerStretch = 10;
export const stretchMs = 30_000;

/** S-360 gives at most so many rows at once. Source: S-360 developer pages, «DataExportService» (nbMaxResults). */
const mostRowsPerPage = 1_000;

/** How many tickets one read asks for: a batch of 10,000 is ten reads. */
export function pageSize({ function: fn }: ResolvedPlace): number {
  return Math.min(fn.batchSize, mostRowsPerPage);
}

/** A batch of more than one page is what one stretch takes; of a smaller one, a stretch takes ten. */
export function pagesPerStretch({ function: fn }: ResolvedPlace): number {
  return fn.batchSize > mostRowsPerPage ? Math.ceil(fn.batchSize / mostRowsPerPage) : mostPagesPerStretch;
}

/** Longer than a stretch can make calls: half a minute of reading, then the last writes. */
export function reservationMs(writeTimeoutMs: number): number {
  return 1.2 * (stretchMs + 2 * writeTimeoutMs);
}

/** What one page of a function costs, in calls. */
export interface PageCost {
  readonly dataExport: number;
  readonly markPrinted: number;
  /** Privilege definitions that may have to be written. */
  readonly definitions?: number;
}

/** The reads, looks and marks of one page of the function that has most of them. */
const largestPage = 5;

/**
 * The calls of a stretch by service, where the service has a limit.
 *
 * @param first the first stretch of a run: mostly the queue is short, so it takes a page and its end, and leaves room for whoever starts at the
 *   same moment. If there is more, the next stretch takes all it can use.
 */
export function callNeeds(resolved: ResolvedPlace, page: PageCost, first = false): CallNeed[] {
  const needs: CallNeed[] = [];
  const pages = first ? 1 : pagesPerStretch(resolved);
  const s360Limit = resolved.institution.s360.callsPerMinute;
  if (s360Limit !== null) {
    needs.push(
      { service: services.auth, wanted: 2, minimum: 1, limitPerMinute: s360Limit },
      {
        service: services.dataExport,
        // The empty page at the end, and some «in progress». That page is read while the first one is posted, if there is room for a whole one.
        wanted: first ? 2 * page.dataExport + 1 : page.dataExport * pages + 5,
        minimum: page.dataExport + 3,
        limitPerMinute: s360Limit,
        kept: largestPage + 3,
      },
    );
    if (page.markPrinted > 0) {
      const wanted = page.markPrinted * pages + 2;
      needs.push({ service: services.markPrinted, wanted, minimum: 2, limitPerMinute: s360Limit });
    }
  }
  const tixngoLimit = resolved.interface.callsPerMinute;
  if (tixngoLimit !== null) {
    const calls = tixngoCallsPerPage(resolved, page);
    needs.push({
      service: tixngoService(resolved),
      // The page behind the first is begun only if there is room for it, and mostly it is empty.
      wanted: (first ? 2 : pages) * calls,
      // Definitions are mostly there; a stretch that runs out of calls has written some, and the next one goes on.
      minimum: Math.min(chunksPerPage(resolved) + 1, tixngoLimit),
      limitPerMinute: tixngoLimit,
      kept: chunksPerPage(resolved) + 1,
      tenants: organizationsOfOrganizer(resolved),
    });
  }
  return needs;
}

/** The export that offers a pushing function its tickets, and whose flags say «processed». */
export function exportKeyOf({ institution, function: fn }: ResolvedPlace): string {
  if (fn.function === 'retrieveTicketStatus') throw new TypeError('the feedback has no export');
  return institution.s360.exportKeys[fn.function];
}

/** How many tickets go in one call to TIXNGO. */
export function chunkSize({ interface: settings }: ResolvedPlace): number {
  return Math.min(settings.customParameters.ticketIterationSize, settings.maxTicketsPerCall);
}

export function chunksPerPage(resolved: ResolvedPlace): number {
  return Math.ceil(pageSize(resolved) / chunkSize(resolved));
}

/** The chunks of a page, and a look-up; some definitions. */
function tixngoCallsPerPage(resolved: ResolvedPlace, page: PageCost): number {
  return chunksPerPage(resolved) + 1 + (page.definitions ?? 0);
}

/** TIXNGO's limit, where one is known, is the organizer's, whichever organization of S-360 calls. */
export function tixngoService(resolved: ResolvedPlace): string {
  return `${services.tixngo} ${resolved.interface.organizer}`;
}

/** Who shares that limit: room is kept for them, and for nobody who never calls this organizer. */
export function organizationsOfOrganizer({ institution, interface: { organizer } }: ResolvedPlace): string[] {
  return institution.organizations
    .filter(({ interfaces }) => interfaces.some((other) => other.organizer === organizer))
    .map(({ code }) => code);
}

/** Whether the calls that are left carry one page more, beside those in flight. */
export function callsLeftForAPage(
  meter: CallMeter,
  resolved: ResolvedPlace,
  page: PageCost,
  pagesInFlight: number,
): boolean {
  return (
    meter.left(services.dataExport) >= (pagesInFlight + 1) * page.dataExport &&
    (page.markPrinted === 0 || meter.left(services.markPrinted) >= pagesInFlight + 1) &&
    meter.left(tixngoService(resolved)) >= (pagesInFlight + 1) * tixngoCallsPerPage(resolved, page)
  );
}

/**
 * Before the first ticket is sent: every operation that the function needs has a path.
 *
 * @throws a failure that stops the run and names the missing operations
 */
export function requireOperations(
  resolved: ResolvedPlace,
  needed: {
    readonly s360: readonly (keyof ResolvedPlace['institution']['s360']['operations'])[];
    readonly tixngo: readonly (keyof ResolvedPlace['interface']['operations'])[];
  },
  /** Whether the function looks up what is in doubt. */
  looksUp = true,
): void {
  const { lookup, operations } = resolved.interface;
  const tixngo = [
    ...needed.tixngo,
    ...(looksUp && lookup === 'ids' ? (['lookupTickets'] as const) : []),
    ...(looksUp && lookup === 'eventReport' ? (['eventReport'] as const) : []),
  ];
  const missing = [
    ...needed.s360
      .filter((name) => resolved.institution.s360.operations[name] === null)
      .map((n) => `s360.operations.${n}`),
    ...tixngo.filter((name) => operations[name] === null).map((name) => `interfaces[0].operations.${name}`),
  ];
  if (missing.length > 0) {
    const { sentence, action } = messageOf('OPERATION_NOT_CONFIGURED');
    throw stop('OPERATION_NOT_CONFIGURED', `${sentence} Missing: ${missing.join(', ')}. ${action}`);
  }
}
