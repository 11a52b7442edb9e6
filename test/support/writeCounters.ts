import type { World } from './world.js';

/** Every counter of the TIXNGO sandbox that means a write of the interface, or that somebody was told. */
const tixngoWrites = [
  'ticketWrites',
  'ticketsInjected',
  'ticketsUpdated',
  'ticketsRejected',
  'ticketsControlled',
  'ticketsControlledAgain',
  'ticketsDeletionRequested',
  'deletionsConfirmed',
  'eventsCreated',
  'eventsUpdated',
  'definitionWrites',
  'definitionsCreated',
  'definitionsUpdated',
  'definitionsUnchanged',
  'privilegesCreated',
  'privilegesUpdated',
  'privilegesRejected',
  'privilegesUsed',
  'diffEntries',
  'notifications',
] as const;

/** The same of the S-360 sandbox. */
const s360Writes = [
  'flagged',
  'unflagged',
  'printed',
  'alreadyPrinted',
  'printRefused',
  'mobileTicketsStored',
  'mobileTicketHistoryAdded',
  'mobileTicketsUnchanged',
  'mobileTicketsRefused',
  'contactsCreated',
  'contactsUpdated',
  'distributionsRecorded',
  'distributionsUnchanged',
] as const;

/** Calls that only read; any other is a write, also if it changed nothing. */
const reads = [
  'tickets.lookup',
  'tickets.diff',
  'report.eventTickets',
  'auth.auth',
  'dataExportService.executeExport',
  'dataExportService.getFlaggingStatus',
  'mobileTickets.read',
  'contactInformationPublicService.searchContactsByEmail',
];

type Counters = Readonly<Record<string, unknown>> & { readonly calls: Readonly<Record<string, number>> };

export async function resetCounters(world: World): Promise<void> {
  await world.tixngo('counters/reset', {});
  await world.s360('counters/reset', {});
}

/** What was written in either system since the counters were reset, by name; nothing for what is zero. */
export async function writesOf(world: World): Promise<Record<string, unknown>> {
  const written: Record<string, unknown> = {};
  for (const [system, counters, names] of [
    ['TIXNGO', await world.tixngo<Counters>('counters'), tixngoWrites],
    ['S-360', await world.s360<Counters>('counters'), s360Writes],
  ] as const) {
    for (const name of names) {
      // A counter that is not there would be zero for ever.
      if (typeof counters[name] !== 'number') throw new Error(`${system} counts no ${name}`);
      if (counters[name] !== 0) written[`${system} ${name}`] = counters[name];
    }
    for (const [call, times] of Object.entries(counters.calls)) {
      if (!reads.includes(call)) written[`${system} call ${call}`] = times;
    }
  }
  return written;
}
