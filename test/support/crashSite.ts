import { setMaxListeners } from 'node:events';

import { strike as strikeWithFault } from '../../sandbox/shared/faultEffects.js';
import type { Around, OperationCall } from '../../sandbox/shared/operationSeam.js';
import { bodyText } from '../../sandbox/shared/body.js';
import { CompanionCalls } from './companionCalls.js';
import type { AroundTemporal } from './temporalProxy.js';

const writes: readonly string[] = [
  'tickets.inject',
  'tickets.delete',
  'tickets.control',
  'privilegeDefinitions.write',
  'privileges.inject',
  'markPrinted.markPrinted',
  'dataExportService.flagItems',
  'mobileTickets.store',
  'contactInformationPublicService.createCulturalContact',
  'contactInformationPublicService.updateTemporaryContacts',
  'distributions.record',
];

/**
 * What becomes of the call that is struck: `apply` lets it take its effect; what is returned is what the caller gets to see of it. Of Temporal's
 * answers, one that is truncated is lost.
 */
export type Strike = (
  apply: () => Promise<void>,
) => Promise<'answered' | 'lost' | 'truncated' | { readonly status: 429 | 503 }>;

/** gRPC's codes for «too many calls» and «try again». */
const grpcStatusOf = { 429: 8, 503: 14 } as const;

/**
 * One call in the life of a run, recognized by what it is about: the effect of that name on the second page. It is struck once, at its first
 * try; every other call goes its way.
 */
export abstract class CrashSite {
  /** Resolves when a strike has said that its call is there. */
  readonly arrived: Promise<void>;
  readonly arrive: () => void;
  strikes = 0;
  /** Tries of the call, the struck one included. */
  tries = 0;
  private readonly others: CompanionCalls;
  private armed = false;
  private hold: () => Promise<void> = () => Promise.resolve();

  /**
   * @param update what the struck update to the interface workflow is called: the close, a report; null if it is a call to a sandbox
   * @param together so many calls are waited for; the last of them is struck, and the others share its fate
   */
  protected constructor(
    private readonly strike: Strike,
    readonly update: 'close' | 'report' | null,
    together = 1,
  ) {
    this.others = new CompanionCalls(together - 1);
    let arrive: () => void = () => undefined;
    this.arrived = new Promise((resolve) => (arrive = resolve));
    this.arrive = arrive;
    setMaxListeners(0, this.standsStill.signal);
  }

  /** @param body of a POST; an empty object for a call without one */
  protected abstract isMeant(operation: string, body: unknown, query: (name: string) => string | undefined): boolean;

  /** From now on. */
  protected armNow(): void {
    this.armed = true;
  }

  /**
   * From now on every write waits for `until`.
   *
   * @returns resolves when the first one has come
   */
  holdWrites(until: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.hold = () => {
        resolve();
        return until;
      };
    });
  }

  readonly around: Around = async (call, apply) => {
    if (writes.includes(call.name)) await this.hold();
    if (!this.armed || !(await this.isHere(call))) return apply();
    if (this.others.areAwaited) return this.others.wait(apply);
    let answer: Response | undefined;
    const seen = await this.strikeOnce(async () => {
      answer ??= await apply();
    });
    if (seen === 'answered') return answer ?? apply();
    if (seen === 'lost') {
      const { socket } = call.context.env.incoming;
      if (!socket.destroyed) socket.resetAndDestroy();
      return new Response(null);
    }
    if (seen === 'truncated') {
      return strikeWithFault({ kind: 'truncated' }, call, () => Promise.resolve(answer ?? apply()), noSystem);
    }
    return call.context.json({ code: 'UNAVAILABLE', message: 'not now' }, seen.status, { 'retry-after': '1' });
  };

  /** A worker that stands still is given no tasks: what asks for them in its name is taken back from the server. */
  readonly standsStill = new AbortController();

  readonly aroundTemporal: AroundTemporal = async ({ method, body }, apply) => {
    if (method.startsWith('Poll')) return this.standsStill.signal.aborted ? apply() : apply(this.standsStill.signal);
    const isIt = this.update !== null && method === 'ExecuteMultiOperation' && body.includes(`${this.update}/`);
    if (!this.armed || !isIt) return apply();
    this.tries += 1;
    if (this.strikes > 0) return apply();
    let answer: Awaited<ReturnType<typeof apply>> | undefined;
    const seen = await this.strikeOnce(async () => {
      answer ??= await apply();
    });
    if (seen === 'answered') return answer ?? apply();
    return seen === 'lost' || seen === 'truncated' ? 'cut' : { grpcStatus: grpcStatusOf[seen.status] };
  };

  private async strikeOnce(apply: () => Promise<void>): ReturnType<Strike> {
    this.strikes += 1;
    const seen = await this.strike(apply);
    this.others.letGo();
    return seen;
  }

  /** Whether this is the call that is meant, at its first try. */
  private async isHere({ name, context }: OperationCall): Promise<boolean> {
    const text = await bodyText(context);
    const body = text === '' ? {} : (JSON.parse(text) as unknown);
    if (!this.isMeant(name, body, (member) => context.req.query(member))) return false;
    this.tries += 1;
    return this.strikes === 0;
  }
}

/** A truncated answer asks nothing of the system that gives it. */
const noSystem = { operations: [], batchFieldOf: () => null, errorBody: () => ({}) };
