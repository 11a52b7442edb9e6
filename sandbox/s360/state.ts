import type { RateLimiter } from '../shared/rateLimiter.js';
import type { SandboxClock } from '../shared/clock.js';
import type { ContactStore } from './contacts/contactStore.js';
import type { Counters } from './counters.js';
import type { DistributionStore } from './distributions/distributionStore.js';
import type { MobileTicketStore } from './mobileTickets/mobileTicketStore.js';
import type { Refusals } from './refusals.js';
import type { S360Settings, SettingsUpdate } from './settings.js';
import type { TicketStore } from './ticketStore.js';

/** Who may call: the three claims of a token. */
export interface Identity {
  /** Institution code: `sub`. */
  readonly institution: string;
  /** Virtual operator: `aud`. */
  readonly operator: string;
  /** Partner name: `iss`. */
  readonly partner: string;
}

/** Everything that the operations of one running sandbox share. */
export interface S360State {
  readonly store: TicketStore;
  readonly contacts: ContactStore;
  readonly mobileTickets: MobileTicketStore;
  readonly distributions: DistributionStore;
  /** By e-mail, as they are compared. */
  readonly contactRefusals: Refusals<string>;
  /** By ticket id: mobile statuses that are not stored. */
  readonly mobileTicketRefusals: Refusals<number>;
  /** By ticket id: distributions that are not recorded. */
  readonly distributionRefusals: Refusals<number>;
  readonly clock: SandboxClock;
  readonly counters: Counters;
  readonly limiter: RateLimiter;
  readonly identity: Identity;
  /** `salesChannelCode;posCode` of every point of sales that exists. */
  readonly pointsOfSales: ReadonlySet<string>;
  /** Is told of every ticket that an operation has accepted, at the moment of its write. */
  readonly accepted: (operation: string) => void;
  settings(): S360Settings;
  change(update: SettingsUpdate): void;
}
