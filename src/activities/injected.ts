import type { WrittenDefinitions } from '../domain/knownDefinitions.js';
import type { PayloadProblem } from '../domain/payloadChecks.js';
import type { S360Ticket } from '../domain/ticket.js';
import type { HeldTicket, InjectionEffect } from '../domain/tixngoEffect.js';
import type { SpectatorDetails } from '../domain/tixngoTicket.js';
import type { InjectionOutcome } from '../tixngo/client.js';

/** A write to TIXNGO, by whoever may still write. */
export type Write = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** What goes to somebody's wallet. */
export interface ForSpectator {
  readonly spectatorDetails: SpectatorDetails;
}

/** Why one ticket cannot be sent: a code of the message catalogue, and the field that it is about. */
export interface InjectionProblem {
  readonly code: string;
  readonly field?: string | undefined;
}

/** What becomes of a ticket or card of S-360's: what is sent, and why it cannot be. A thing with a problem can still be compared. */
export interface Mapped<Thing> {
  readonly thing: Thing | null;
  readonly problem: InjectionProblem | null;
}

/** What an injection is about, tickets or cards: how they are mapped, checked, compared and sent. Everything else is the same for both. */
export interface Injected<Thing> {
  /** The name of the write in the operation map. */
  readonly operation: 'injectTickets' | 'injectPrivileges';
  /** True: what was injected before and is offered again, since its record has changed, is sent where TIXNGO holds something else. */
  readonly followsChanges: boolean;
  map(source: S360Ticket): Mapped<Thing>;
  /** What TIXNGO demands of it, checked before the call. */
  check(thing: Thing): PayloadProblem | null;
  effect(mapped: Mapped<Thing>, held: HeldTicket): InjectionEffect;
  /** Of cards: which definitions were written so far. */
  readonly definitions?: {
    readonly writes: number;
    /** What is to be remembered; undefined if nothing was written. */
    news(): WrittenDefinitions | undefined;
  };
  /**
   * Writes what they need in TIXNGO before they are sent.
   *
   * @returns those that cannot have it, by S-360's ticket id
   */
  prepare?(sources: readonly S360Ticket[], write: Write): Promise<ReadonlyMap<string, InjectionProblem>>;
  send(things: readonly Thing[], write: Write): Promise<InjectionOutcome[]>;
}
