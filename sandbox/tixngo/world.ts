import { hash32 } from '../shared/random.js';
import { Counters } from './counters.js';
import { EventStore } from './eventStore.js';
import { Phones } from './phones.js';
import type { TixngoSettings } from './settings.js';
import { TicketStore } from './ticketStore.js';

/** Everything one running TIXNGO sandbox knows; all operations work on it. */
export interface TixngoWorld {
  settings: TixngoSettings;
  readonly tickets: TicketStore;
  readonly events: EventStore;
  readonly phones: Phones;
  readonly counters: Counters;
  /** Is told of every ticket that an operation has accepted, at the moment of its write. */
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
  const hex = (part: number) => (hash32(seed, requests, part) >>> 0).toString(16).padStart(8, '0');
  return {
    settings,
    tickets: new TicketStore(),
    events: new EventStore(),
    phones: new Phones(),
    counters: new Counters(),
    accepted,
    now: () => now().toISOString(),
    nextRequestId: () => {
      requests += 1;
      return hex(0) + hex(1);
    },
  };
}
