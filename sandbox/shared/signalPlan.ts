import { z } from 'zod';
import { bodyText } from './body.js';
import { isNamedBy } from './faultRules.js';
import type { OperationCall } from './operationSeam.js';
import { problemOf } from './shapeProblem.js';

const signalSchema = z
  .strictObject({
    /** A process on this machine; never a group, never everything. */
    pid: z.int().gt(1),
    signal: z.enum(['SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGTERM']),
    /** As in a fault rule, `*` stands for any text. */
    operation: z.string().min(1),
    /** Only calls whose body has this text. */
    bodyContains: z.string().min(1).optional(),
    when: z.enum(['before', 'after']).default('after'),
    /** The nth call that is meant, from 1. */
    count: z.int().min(1).optional(),
    /** The nth ticket that such calls have accepted. */
    acceptedTickets: z.int().min(1).optional(),
  })
  .refine(({ count, acceptedTickets }) => count === undefined || acceptedTickets === undefined, {
    error: 'count or acceptedTickets, not both',
  })
  .refine(
    ({ acceptedTickets, when, bodyContains }) =>
      acceptedTickets === undefined || (when === 'after' && bodyContains === undefined),
    { error: 'acceptedTickets goes with «after», and with no bodyContains' },
  );

const orderSchema = z.strictObject({ signals: z.array(signalSchema).max(100) });

/** One signal to be sent once, at an exact moment. */
export type SignalRule = z.infer<typeof signalSchema>;

/** A signal as it was given, and what became of it. */
export type ShownSignal = SignalRule & {
  /** Calls that it was about so far: arrived (before), or applied with a status below 400 (after). */
  readonly seen: number;
  /** Tickets accepted by its operations so far. */
  readonly accepted: number;
  /** When it was sent, by the machine's clock; null: not yet. */
  readonly firedAt: string | null;
  /** Why it could not be sent, such as ESRCH: there is no such process. */
  readonly error: string | null;
};

type SignalState = { -readonly [Name in keyof ShownSignal]: ShownSignal[Name] };

/** After a signal the call goes on so much later: the process is dead or stopped by then, and sees no answer before. */
const SETTLE_MILLISECONDS = 30;

/** What was ordered from outside, or a sentence that says what is wrong with it. */
export function readSignalOrder(value: unknown, operations: readonly string[]): readonly SignalRule[] | string {
  const read = orderSchema.safeParse(value);
  if (!read.success) return problemOf(read.error);
  const { signals } = read.data;
  const lost = signals.findIndex(({ operation }) => !operations.some((name) => isNamedBy(operation, name)));
  return lost < 0
    ? signals
    : `signals[${String(lost)}].operation: no operation has this name; there are ${operations.join(', ')}`;
}

/**
 * Signals to processes of a test, each sent once, exactly when the nth call of an operation has arrived (its whole body
 * read, nothing applied), when it has been applied and is not answered yet, or when the nth ticket has been accepted, in
 * the middle of its batch. The call itself goes on and takes its effect: what was sent cannot be called back.
 */
export class SignalPlan {
  #states: SignalState[] = [];
  #fired = 0;

  get isIdle(): boolean {
    return this.#states.length === 0;
  }

  /** Replaces all signals; every count starts at zero. */
  set(rules: readonly SignalRule[]): void {
    this.#states = rules.map((rule) => ({ ...rule, seen: 0, accepted: 0, firedAt: null, error: null }));
  }

  clear(): void {
    this.#states = [];
  }

  shown(): { readonly signals: readonly ShownSignal[] } {
    return { signals: this.#states.map((state) => ({ ...state })) };
  }

  /** A call is there. */
  arrived(call: OperationCall): Promise<void> {
    return this.#passed(call, 'before');
  }

  /** A call has taken its effect. */
  async applied(call: OperationCall, answer: Response, firedBefore: number): Promise<void> {
    if (answer.status < 400) await this.#passed(call, 'after');
    if (this.#fired > firedBefore) await settle();
  }

  /** How many signals were sent so far. */
  get fired(): number {
    return this.#fired;
  }

  /** An operation has accepted one ticket, now. */
  accepted(operation: string): void {
    for (const state of this.#states) {
      if (!isNamedBy(state.operation, operation)) continue;
      state.accepted += 1;
      if (state.accepted === state.acceptedTickets) this.#send(state);
    }
  }

  async #passed(call: OperationCall, when: SignalRule['when']): Promise<void> {
    const meant = this.#states.filter((state) => state.when === when && isNamedBy(state.operation, call.name));
    if (meant.length === 0) return;
    const body = await bodyText(call.context);
    const firedBefore = this.#fired;
    for (const state of meant) {
      if (state.bodyContains !== undefined && !body.includes(state.bodyContains)) continue;
      state.seen += 1;
      if (state.acceptedTickets === undefined && state.seen === (state.count ?? 1)) this.#send(state);
    }
    if (when === 'before' && this.#fired > firedBefore) await settle();
  }

  #send(state: SignalState): void {
    this.#fired += 1;
    state.firedAt = new Date().toISOString();
    try {
      process.kill(state.pid, state.signal);
    } catch (error) {
      state.error = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    }
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
}
