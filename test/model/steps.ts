import fc from 'fast-check';

import type { FunctionName } from '../../src/domain/functions.js';

/** Which of those that come into question, in the order of their ids; the same number means the same one as long as nothing else changes. */
type Which = { readonly which: number };

/** Reasons of a cancellation; of the last one the manual's default configuration shows the deleted ticket. */
export const causes = ['CUSTOMER_REQUEST', 'PAYMENT_MISSING', 'RESALE_PENDING'] as const;
type Cause = { readonly cause: (typeof causes)[number] };

/** What the box office, the gates and the spectators do. */
export type PeopleStep =
  | { readonly do: 'sell'; readonly count: number }
  | { readonly do: 'sellCard'; readonly card: 'MEMBERSHIP_CARD' | 'SEASON_TICKET_CARD'; readonly tickets: number }
  | ({ readonly do: 'addTicketToCard' } & Which)
  | ({ readonly do: 'cancel' } & Which & Cause)
  | ({ readonly do: 'cancelCard' } & Which & Cause)
  | ({ readonly do: 'giveBack' } & Cause)
  | ({ readonly do: 'invalidate' } & Which & Cause)
  | ({ readonly do: 'changeReason' } & Which & Cause)
  | ({ readonly do: 'reprint' } & Which)
  | ({ readonly do: 'changePrice' } & Which)
  | ({ readonly do: 'emptyHolder' } & Which)
  | { readonly do: 'completeHolders' }
  | ({ readonly do: 'scan' } & Which)
  | ({ readonly do: 'scanCard' } & Which)
  | ({ readonly do: 'useCard' } & Which)
  | { readonly do: 'downloadAll' }
  | ({ readonly do: 'download' } & Which)
  | ({ readonly do: 'goOn' } & Which & { readonly to: number })
  | ({ readonly do: 'assign' } & Which)
  | ({ readonly do: 'activate' } & Which)
  | ({ readonly do: 'transfer' } & Which & { readonly to: number })
  | ({ readonly do: 'accept' } & Which)
  | ({ readonly do: 'refuse' } & Which)
  | ({ readonly do: 'takeBack' } & Which)
  | ({ readonly do: 'phoneOffline' } & Which)
  | { readonly do: 'phonesOnline' }
  | { readonly do: 'anHourPasses' };

/** What can go wrong with one call; «after» is: it took its effect. */
export const faults = {
  'its answer is lost': { kind: 'resetAfter' },
  'the connection is cut before': { kind: 'reset' },
  'the connection is refused': { kind: 'refused' },
  'it is answered 503': { kind: 'status', status: 503, retryAfter: 1, body: 'html' },
  'it is answered 429': { kind: 'status', status: 429, retryAfter: 1 },
  'half of its answer comes': { kind: 'truncated' },
  'its answer is no JSON': { kind: 'malformed' },
  'a part of its batch is applied': { kind: 'partial' },
  'it is applied, and answered in part': { kind: 'partial', applied: 'all' },
  'it is applied, and nobody answers': { kind: 'timeoutAfter', ms: 1_500 },
} as const;
export type FaultName = keyof typeof faults;

interface FaultAt {
  readonly at: string;
  readonly fault: FaultName;
}

/**
 * S-360's answer to `flagItems` tells nothing but success, so a call of which a part was applied could not be known from any other: it is no
 * fault that its contract allows.
 */
function canBefall({ at, fault }: FaultAt): boolean {
  return at !== 'dataExportService.flagItems' || fault !== 'a part of its batch is applied';
}

/** What befalls an execution. */
export type Blow =
  { readonly do: 'terminate' } | { readonly do: 'reset'; readonly to: 'first' | 'last' } | { readonly do: 'kill' };

/** Another function starts while the first one is at a call; before it, people may give it something to do. */
export interface Meeting {
  readonly do: 'function';
  readonly fn: FunctionName;
  readonly first: PeopleStep | null;
}

/** What happens at the moment of a call, or to it. */
export type Trouble = { readonly at: string } & (
  { readonly fault: FaultName } | { readonly when: 'before' | 'after'; readonly what: PeopleStep | Blow | Meeting }
);

export type MachineStep =
  | { readonly do: 'tick'; readonly fn: FunctionName; readonly waits: boolean; readonly trouble: Trouble | null }
  | { readonly do: 'tickAll' }
  | { readonly do: 'fault'; readonly at: string; readonly fault: FaultName }
  | { readonly do: 'blow'; readonly fn: FunctionName; readonly blow: Blow };

export type Step = PeopleStep | MachineStep;

/** The calls of each function, by the names that the sandboxes give them. */
export const callsOf: Readonly<Record<FunctionName, readonly string[]>> = {
  ticketsExternalPrinting: [
    'dataExportService.executeExport',
    'tickets.lookup',
    'tickets.inject',
    'tickets.inject',
    'markPrinted.markPrinted',
    'dataExportService.flagItems',
  ],
  pushCancelled: [
    'dataExportService.executeExport',
    'dataExportService.getFlaggingStatus',
    'tickets.lookup',
    'tickets.delete',
    'tickets.delete',
    'dataExportService.flagItems',
  ],
  pushControlled: [
    'dataExportService.executeExport',
    'dataExportService.getFlaggingStatus',
    'tickets.lookup',
    'tickets.control',
    'tickets.control',
    'dataExportService.flagItems',
  ],
  retrieveTicketStatus: [
    'tickets.diff',
    'mobileTickets.read',
    'mobileTickets.store',
    'contactInformationPublicService.searchContactsByEmail',
    'contactInformationPublicService.createCulturalContact',
    'contactInformationPublicService.updateTemporaryContacts',
    'distributions.record',
  ],
  digitalPrivilegesInjection: [
    'dataExportService.executeExport',
    'privilegeDefinitions.write',
    'privileges.inject',
    'privileges.inject',
    'markPrinted.markPrinted',
    'dataExportService.flagItems',
  ],
};

export const which = fc.nat(9);
export const cause = fc.constantFrom(...causes);

function choice<Name extends PeopleStep['do']>(weight: number, name: Name) {
  return { weight, arbitrary: fc.record({ do: fc.constant(name), which }) as fc.Arbitrary<PeopleStep> };
}

function withCause<Name extends PeopleStep['do']>(weight: number, name: Name) {
  return { weight, arbitrary: fc.record({ do: fc.constant(name), which, cause }) as fc.Arbitrary<PeopleStep> };
}

function plain<Name extends PeopleStep['do']>(weight: number, name: Name) {
  return { weight, arbitrary: fc.constant({ do: name } as PeopleStep) };
}

export const sale = fc.record({ do: fc.constant('sell' as const), count: fc.integer({ min: 1, max: 3 }) });
export const cardSale = fc.record({
  do: fc.constant('sellCard' as const),
  card: fc.constantFrom('MEMBERSHIP_CARD' as const, 'SEASON_TICKET_CARD' as const),
  tickets: fc.nat(2),
});

/** What may happen at any moment, also while a function is at a ticket. */
const meanwhile: fc.Arbitrary<PeopleStep> = fc.oneof(
  withCause(4, 'cancel'),
  withCause(1, 'invalidate'),
  withCause(2, 'changeReason'),
  withCause(1, 'cancelCard'),
  choice(4, 'scan'),
  choice(1, 'scanCard'),
  choice(1, 'reprint'),
  choice(1, 'changePrice'),
  choice(1, 'emptyHolder'),
  choice(1, 'addTicketToCard'),
  choice(1, 'accept'),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('giveBack' as const), cause }) },
  { weight: 1, arbitrary: sale },
  plain(2, 'downloadAll'),
);

const people: fc.Arbitrary<PeopleStep> = fc.oneof(
  { weight: 6, arbitrary: sale },
  { weight: 2, arbitrary: cardSale },
  choice(1, 'addTicketToCard'),
  withCause(5, 'cancel'),
  withCause(1, 'cancelCard'),
  withCause(2, 'invalidate'),
  withCause(3, 'changeReason'),
  choice(2, 'reprint'),
  choice(1, 'changePrice'),
  choice(1, 'emptyHolder'),
  plain(1, 'completeHolders'),
  choice(5, 'scan'),
  choice(1, 'scanCard'),
  choice(1, 'useCard'),
  plain(3, 'downloadAll'),
  choice(2, 'download'),
  choice(2, 'assign'),
  choice(2, 'activate'),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('transfer' as const), which, to: fc.nat(2) }),
  },
  // What comes next in the life of a ticket: it is downloaded, sent, accepted, sent on …
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant('goOn' as const), which, to: fc.nat(2) }),
  },
  choice(3, 'accept'),
  choice(1, 'refuse'),
  choice(1, 'takeBack'),
  choice(3, 'phoneOffline'),
  plain(1, 'phonesOnline'),
  plain(1, 'anHourPasses'),
);

/** What gives a function something to do. */
const occasions: Readonly<Record<FunctionName, fc.Arbitrary<PeopleStep>>> = {
  ticketsExternalPrinting: sale,
  pushCancelled: fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('giveBack' as const), cause }) },
    withCause(1, 'cancel'),
  ),
  pushControlled: choice(1, 'scan').arbitrary,
  retrieveTicketStatus: plain(1, 'downloadAll').arbitrary,
  digitalPrivilegesInjection: choice(1, 'addTicketToCard').arbitrary,
};

const when = fc.constantFrom('before' as const, 'after' as const);

/** Mostly one that takes tickets out of the hands of the others. */
export const meeting: fc.Arbitrary<Meeting> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant<FunctionName>('pushCancelled') },
    { weight: 3, arbitrary: fc.constant<FunctionName>('pushControlled') },
    { weight: 1, arbitrary: fc.constant<FunctionName>('ticketsExternalPrinting') },
    { weight: 1, arbitrary: fc.constant<FunctionName>('retrieveTicketStatus') },
    { weight: 2, arbitrary: fc.constant<FunctionName>('digitalPrivilegesInjection') },
  )
  .chain((fn) =>
    fc.record({
      do: fc.constant('function' as const),
      fn: fc.constant(fn),
      first: fc.oneof({ weight: 3, arbitrary: occasions[fn] }, { weight: 1, arbitrary: fc.constant(null) }),
    }),
  );

const fault = fc.constantFrom(...(Object.keys(faults) as FaultName[]));

const blow: fc.Arbitrary<Blow> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'kill' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'terminate' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reset' as const), to: fc.constantFrom('first' as const, 'last' as const) }),
  },
);

function troubleOf(name: FunctionName): fc.Arbitrary<Trouble> {
  const at = fc.constantFrom(...callsOf[name]);
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ at, when, what: meanwhile }) },
    { weight: 4, arbitrary: fc.record({ at, fault }).filter(canBefall) },
    { weight: 2, arbitrary: fc.record({ at, when, what: blow }) },
    { weight: 2, arbitrary: fc.record({ at, when, what: meeting }) },
  );
}

const fn = fc.oneof(
  { weight: 4, arbitrary: fc.constant<FunctionName>('ticketsExternalPrinting') },
  { weight: 3, arbitrary: fc.constant<FunctionName>('pushCancelled') },
  { weight: 3, arbitrary: fc.constant<FunctionName>('pushControlled') },
  { weight: 3, arbitrary: fc.constant<FunctionName>('retrieveTicketStatus') },
  { weight: 2, arbitrary: fc.constant<FunctionName>('digitalPrivilegesInjection') },
);

/** Mostly the next step comes when it has ended. */
export const waits = fc.oneof(
  { weight: 3, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);

export function tickOf(name: FunctionName): fc.Arbitrary<MachineStep> {
  return fc.record({
    do: fc.constant('tick' as const),
    fn: fc.constant(name),
    waits,
    trouble: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: troubleOf(name) }),
  });
}

const tick: fc.Arbitrary<MachineStep> = fn.chain(tickOf);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 100, arbitrary: people },
  { weight: 15, arbitrary: tick },
  { weight: 1, arbitrary: fc.constant({ do: 'tickAll' as const }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        do: fc.constant('fault' as const),
        at: fn.chain((name) => fc.constantFrom(...callsOf[name])),
        fault,
      })
      .filter(canBefall),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('blow' as const), fn, blow }) },
);
