import { randomUUID } from 'node:crypto';
import { hash32 } from '../shared/random.js';
import { Counters } from './counters.js';
import { ChangeStream } from './diff/changeStream.js';
import { DiffReader } from './diff/diffReader.js';
import { PageKeys } from './diff/pageKeys.js';
import { ReaderSeat } from './diff/readerSeat.js';
import { EventStore } from './eventStore.js';
import { PendingTransfers } from './pendingTransfers.js';
import { Phones } from './phones.js';
import { PrivilegeDefinitions } from './privileges/privilegeDefinitions.js';
import { PrivilegeStore } from './privileges/privilegeStore.js';
import type { TixngoSettings } from './settings.js';
import { TicketStore } from './ticketStore.js';

/** Everything one running TIXNGO sandbox knows; all operations work on it. */
export interface TixngoWorld {
  settings: TixngoSettings;
  /** Of everything that is drawn. */
  readonly seed: number;
  readonly tickets: TicketStore;
  readonly privileges: PrivilegeStore;
  readonly definitions: PrivilegeDefinitions;
  readonly events: EventStore;
  readonly phones: Phones;
  readonly counters: Counters;
  readonly pendingTransfers: PendingTransfers;
  readonly stream: ChangeStream;
  /** Keys of the pages of this run. */
  readonly pageKeys: PageKeys;
  readonly diff: DiffReader;
  readonly readerSeat: ReaderSeat;
  /** Is told of every ticket, privilege and definition that an operation has accepted, at the moment of its write. */
  readonly accepted: (operation: string) => void;
  /** The sandbox's time, ISO 8601 in UTC with milliseconds. */
  readonly now: () => string;
  /** An id for the next accepted request: sixteen hex digits that follow from the seed. */
  readonly nextRequestId: () => string;
}

export interface WorldOptions {
  readonly settings: TixngoSettings;
  readonly seed: number;
  readonly now: () => Date;
  readonly accepted?: TixngoWorld['accepted'];
}

export function createWorld({ settings, seed, now, accepted = () => undefined }: WorldOptions): TixngoWorld {
  let requests = 0;
  const stream = new ChangeStream();
  // Drawn without the seed: the stream of another run is another one, and its keys mean nothing here.
  const pageKeys = new PageKeys(randomUUID());
  const hex = (part: number) => (hash32(seed, requests, part) >>> 0).toString(16).padStart(8, '0');
  return {
    settings,
    seed,
    tickets: new TicketStore(),
    privileges: new PrivilegeStore(),
    definitions: new PrivilegeDefinitions(),
    events: new EventStore(),
    phones: new Phones(),
    counters: new Counters(),
    pendingTransfers: new PendingTransfers(),
    stream,
    pageKeys,
    diff: new DiffReader(stream, pageKeys),
    readerSeat: new ReaderSeat(),
    accepted,
    now: () => now().toISOString(),
    nextRequestId: () => {
      requests += 1;
      return hex(0) + hex(1);
    },
  };
}
