import type { Resolved } from '../config/resolve.js';
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

export function chunksPerPage(resolved: Resolved): number {
  return Math.ceil(resolved.function.batchSize / resolved.interface.customParameters.ticketIterationSize);
}

/** The calls of a stretch by service, where the service has a limit. */
export function callNeeds(resolved: Resolved): CallNeed[] {
  const needs: CallNeed[] = [];
  const s360Limit = resolved.institution.s360.callsPerMinute;
  if (s360Limit !== null) {
    needs.push(
      { service: services.auth, wanted: 2, minimum: 1, limitPerMinute: s360Limit },
      // A read and a flag a page, the empty page at the end, and some «in progress».
      { service: services.dataExport, wanted: 2 * mostPagesPerStretch + 5, minimum: 5, limitPerMinute: s360Limit },
      { service: services.markPrinted, wanted: mostPagesPerStretch + 2, minimum: 2, limitPerMinute: s360Limit },
    );
  }
  const tixngoLimit = resolved.interface.callsPerMinute;
  if (tixngoLimit !== null) {
    const page = chunksPerPage(resolved) + 1;
    needs.push({
      service: tixngoService(resolved),
      wanted: mostPagesPerStretch * page,
      minimum: Math.min(page, tixngoLimit),
      limitPerMinute: tixngoLimit,
    });
  }
  return needs;
}

/** TIXNGO's limit, where one is known, is the organizer's, whichever organization of S-360 calls. */
export function tixngoService(resolved: Resolved): string {
  return `${services.tixngo} ${resolved.interface.organizer}`;
}

/** Whether the calls that are left carry one page more, beside those in flight. */
export function callsLeftForAPage(meter: CallMeter, resolved: Resolved, pagesInFlight: number): boolean {
  return (
    meter.left(services.dataExport) >= pagesInFlight + 2 &&
    meter.left(services.markPrinted) >= pagesInFlight + 1 &&
    meter.left(tixngoService(resolved)) >= (pagesInFlight + 1) * (chunksPerPage(resolved) + 1)
  );
}

/**
 * Before the first ticket is sent: every operation that the function needs has a path.
 *
 * @throws a failure that stops the run and names the missing operation
 */
export function requireOperations(resolved: Resolved): void {
  const { operations } = resolved.institution.s360;
  const tixngo = resolved.interface.operations;
  const needed: [string, string | null][] = [
    ['s360.operations.authenticate', operations.authenticate],
    ['s360.operations.executeExport', operations.executeExport],
    ['s360.operations.flagItems', operations.flagItems],
    ['s360.operations.markPrinted', operations.markPrinted],
    ['interfaces[0].operations.injectTickets', tixngo.injectTickets],
  ];
  if (resolved.interface.lookup === 'ids') {
    needed.push(['interfaces[0].operations.lookupTickets', tixngo.lookupTickets]);
  } else if (resolved.interface.lookup === 'eventReport') {
    needed.push(['interfaces[0].operations.eventReport', tixngo.eventReport]);
  }
  const missing = needed.filter(([, path]) => path === null).map(([name]) => name);
  if (missing.length > 0) {
    const { sentence, action } = messageOf('OPERATION_NOT_CONFIGURED');
    throw stop('OPERATION_NOT_CONFIGURED', `${sentence} Missing: ${missing.join(', ')}. ${action}`);
  }
}
