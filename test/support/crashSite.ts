import { setMaxListeners } from 'node:events';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { bodyText } from '../../sandbox/shared/body.js';
import type { AroundTemporal } from './temporalProxy.js';

export type CrashedFunction = 'injection' | 'push cancelled';

/** The effects of a page in their order, and the end of the run: between any two of them everything may die. */
export type CrashPoint =
  | 'the read'
  | 'the first chunk'
  | 'the second chunk'
  | 'the third chunk'
  | 'PRINTED'
  | 'the processed mark'
  | 'the close';

const chunks = ['the first chunk', 'the second chunk', 'the third chunk'] as const;

export const crashPoints: Readonly<Record<CrashedFunction, readonly CrashPoint[]>> = {
  injection: ['the read', ...chunks, 'PRINTED', 'the processed mark', 'the close'],
  'push cancelled': ['the read', ...chunks, 'the processed mark', 'the close'],
};

const names = {
  injection: { exportKey: 'TIXNGO_INJECTION', write: 'tickets.inject' },
  'push cancelled': { exportKey: 'TIXNGO_CANCELLED', write: 'tickets.delete' },
} as const;

const writes: readonly string[] = [
  'tickets.inject',
  'tickets.delete',
  'markPrinted.markPrinted',
  'dataExportService.flagItems',
];

/** What becomes of the call that is struck: `apply` lets it take its effect; what is returned is what the caller gets to see of it. */
export type Strike = (apply: () => Promise<void>) => Promise<'answered' | 'lost' | { readonly status: 429 | 503 }>;

/** gRPC's codes for «too many calls» and «try again». */
const grpcStatusOf = { 429: 8, 503: 14 } as const;

interface CallBody {
  readonly exportKey?: string;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly tickets?: readonly { readonly ticketId: string }[];
  readonly ticketIds?: readonly (number | string)[];
  readonly elementIds?: readonly (number | string)[];
}

/**
 * One call in the life of a run, recognized by what it is about: the effect of that name on the second page. It is struck once, at its first
 * try; every other call goes its way.
 */
export class CrashSite {
  /** Resolves when a strike has said that its call is there. */
  readonly arrived: Promise<void>;
  readonly arrive: () => void;
  strikes = 0;
  /** Tries of the call, the struck one included. */
  tries = 0;
  private armed: { readonly pageBefore: ReadonlySet<string>; readonly page: ReadonlySet<string> } | null = null;
  private chunksSeen = 0;
  private hold: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly fn: CrashedFunction,
    private readonly point: CrashPoint,
    private readonly strike: Strike,
  ) {
    let arrive: () => void = () => undefined;
    this.arrived = new Promise((resolve) => (arrive = resolve));
    this.arrive = arrive;
    setMaxListeners(0, this.standsStill.signal);
  }

  /** From now on. @param pages the ids that S-360 will offer, page by page */
  arm(pages: readonly (readonly number[])[]): void {
    const [pageBefore = [], page = []] = pages.map((ids) => ids.map(String));
    this.armed = { pageBefore: new Set(pageBefore), page: new Set(page) };
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
    if (this.armed === null || !this.isHere(call.name, JSON.parse(await bodyText(call.context)) as CallBody)) {
      return apply();
    }
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
    return call.context.json({ code: 'UNAVAILABLE', message: 'not now' }, seen.status, { 'retry-after': '1' });
  };

  /** A worker that stands still is given no tasks: what asks for them in its name is taken back from the server. */
  readonly standsStill = new AbortController();

  readonly aroundTemporal: AroundTemporal = async ({ method, body }, apply) => {
    if (method.startsWith('Poll')) return this.standsStill.signal.aborted ? apply() : apply(this.standsStill.signal);
    const isClose = method === 'ExecuteMultiOperation' && body.includes('close/');
    if (this.armed === null || this.point !== 'the close' || !isClose) return apply();
    this.tries += 1;
    if (this.strikes > 0) return apply();
    let answer: Awaited<ReturnType<typeof apply>> | undefined;
    const seen = await this.strikeOnce(async () => {
      answer ??= await apply();
    });
    if (seen === 'answered') return answer ?? apply();
    return seen === 'lost' ? 'cut' : { grpcStatus: grpcStatusOf[seen.status] };
  };

  private async strikeOnce(apply: () => Promise<void>): ReturnType<Strike> {
    this.strikes += 1;
    return this.strike(apply);
  }

  /** Whether this is the call that is meant, at its first try. */
  private isHere(operation: string, body: CallBody): boolean {
    if (this.armed === null || !this.isMeant(operation, body, this.armed)) return false;
    this.tries += 1;
    return this.strikes === 0;
  }

  private isMeant(
    operation: string,
    body: CallBody,
    { pageBefore, page }: { readonly pageBefore: ReadonlySet<string>; readonly page: ReadonlySet<string> },
  ): boolean {
    const { exportKey, write } = names[this.fn];
    const ofPage = (ids: readonly (number | string)[]): boolean => ids.some((id) => page.has(String(id)));
    switch (this.point) {
      case 'the read': {
        const after = body.parameters?.find(({ name }) => name === 'afterTicketId')?.value;
        const isRead = operation === 'dataExportService.executeExport' && body.exportKey === exportKey;
        return isRead && after !== undefined && [...pageBefore].at(-1) === after;
      }
      case 'the first chunk':
      case 'the second chunk':
      case 'the third chunk':
        if (operation !== write || !ofPage((body.tickets ?? []).map(({ ticketId }) => ticketId))) return false;
        this.chunksSeen += 1;
        return this.chunksSeen >= chunks.indexOf(this.point) + 1;
      case 'PRINTED':
        return operation === 'markPrinted.markPrinted' && ofPage(body.ticketIds ?? []);
      case 'the processed mark':
        return (
          operation === 'dataExportService.flagItems' && body.exportKey === exportKey && ofPage(body.elementIds ?? [])
        );
      case 'the close':
        return false;
    }
  }
}
