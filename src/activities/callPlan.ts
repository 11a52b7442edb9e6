import type { ResolvedPlace } from '../config/resolve.js';
import { services } from '../domain/callServices.js';
import type { CallNeed } from '../domain/interfaceState.js';
import { messageOf } from '../domain/messages.js';
import type { CallMeter } from '../http/callMeter.js';
import { stop } from './failures.js';

/** A stretch is up to ten pages, or half a minute. */
export const mostPagesPerStretch = 10;
export const stretchMs = 30_000;

/** Longer than a stretch can make calls: half a minute of reading, then the last writes. */
export function reservationMs(writeTimeoutMs: number): number {
  return 1.2 * (stretchMs + 2 * writeTimeoutMs);
}

/** What one page of a function costs, in calls. */
export interface PageCost {
  readonly dataExport: number;
  readonly markPrinted: number;
}

/** The calls of a stretch by service, where the service has a limit. */
export function callNeeds(resolved: ResolvedPlace, page: PageCost): CallNeed[] {
  const needs: CallNeed[] = [];
  const s360Limit = resolved.institution.s360.callsPerMinute;
  if (s360Limit !== null) {
    needs.push(
      { service: services.auth, wanted: 2, minimum: 1, limitPerMinute: s360Limit },
      {
        service: services.dataExport,
        // The empty page at the end, and some «in progress».
        wanted: page.dataExport * mostPagesPerStretch + 5,
        minimum: page.dataExport + 3,
        limitPerMinute: s360Limit,
      },
    );
    if (page.markPrinted > 0) {
      const wanted = page.markPrinted * mostPagesPerStretch + 2;
      needs.push({ service: services.markPrinted, wanted, minimum: 2, limitPerMinute: s360Limit });
    }
  }
  const tixngoLimit = resolved.interface.callsPerMinute;
  if (tixngoLimit !== null) {
    const calls = tixngoCallsPerPage(resolved);
    needs.push({
      service: tixngoService(resolved),
      wanted: mostPagesPerStretch * calls,
      minimum: Math.min(calls, tixngoLimit),
      limitPerMinute: tixngoLimit,
    });
  }
  return needs;
}

/** How many tickets go in one call to TIXNGO. */
export function chunkSize({ interface: settings }: ResolvedPlace): number {
  return Math.min(settings.customParameters.ticketIterationSize, settings.maxTicketsPerCall);
}

export function chunksPerPage(resolved: ResolvedPlace): number {
  return Math.ceil(resolved.function.batchSize / chunkSize(resolved));
}

/** The chunks of a page, and a look-up. */
function tixngoCallsPerPage(resolved: ResolvedPlace): number {
  return chunksPerPage(resolved) + 1;
}

/** TIXNGO's limit, where one is known, is the organizer's, whichever organization of S-360 calls. */
export function tixngoService(resolved: ResolvedPlace): string {
  return `${services.tixngo} ${resolved.interface.organizer}`;
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
    meter.left(tixngoService(resolved)) >= (pagesInFlight + 1) * tixngoCallsPerPage(resolved)
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
