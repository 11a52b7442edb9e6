import { setTimeout as pause } from 'node:timers/promises';

import { deletionWaitOf } from '../src/cli/deletionWait.js';
import type { StartedExecution } from '../src/cli/startFunction.js';
import { count } from '../src/cli/terminal.js';
import { cancelOneMore, followOrders, planBoxOffice, type BoxOfficePlan } from './boxOffice.js';
import type { CancellationSettings } from './comparer/rules.js';
import { readJson, tixngoControl, type TixngoRecord } from './comparer/sandboxTickets.js';
import { executionToEnd, hasFailed, mostExecutions, sayNextStarts, Stopwatch, type FunctionRun } from './executions.js';
import type { DemoExecution } from './demoExecution.js';
import { chooseExample, type Example } from './examples.js';
import { atTixngo } from './hooks.js';
import type { Parts } from './parts.js';
import { orThrow } from './runFailed.js';
import type { Week } from './week/week.js';

const functionName = 'pushCancelled';

/** What was seen while one phone was offline: two executions at one moment. */
export interface Meanwhile {
  /** The older execution's own words. */
  readonly firstWaitsFor: string;
  /** Whether it was still running when the newer one had pushed. */
  readonly firstIsRunning: boolean;
  /** Null if the newer execution waits for nothing; one that was in doubt waits for what it has found too. */
  readonly secondWaitsFor: string | null;
  /** Tickets of the box office by their status in TIXNGO. */
  readonly deleted: number;
  readonly deletionPending: number;
}

export interface PushStory {
  readonly plan: BoxOfficePlan;
  readonly example: Example | null;
  readonly first: FunctionRun;
  /** Null if there was no ticket left to cancel. */
  readonly second: FunctionRun | null;
  /** Null if the first one had nothing to wait for. */
  readonly meanwhile: Meanwhile | null;
}

/** What it must show, whatever the comparison says: everything but what is on the offline phone is deleted while the first one waits. */
export function storyWentAsTold({ plan, meanwhile, first, second }: PushStory): boolean {
  if (hasFailed(first) || (second !== null && hasFailed(second))) return false;
  if (plan.onOfflinePhone.length === 0) return true;
  return meanwhile !== null && meanwhile.firstIsRunning && meanwhile.deletionPending === plan.onOfflinePhone.length;
}

/** Push cancelled on Thursday: what was started, and goes on while the week does. */
export interface PushBegun {
  /** The phone is online again. */
  phoneComesBack(): Promise<void>;
  /** Waits until all executions have ended. @throws RunFailed */
  end(): Promise<PushStory>;
  readonly plan: BoxOfficePlan;
  readonly example: Example | null;
}

/**
 * Thursday: one phone is offline, the box office takes tickets back, and push cancelled runs twice.
 *
 * @param card that is taken back too
 */
export async function beginPushStory(
  week: Week,
  settings: CancellationSettings,
  seed: number,
  untouched: ReadonlySet<string>,
  card: string | null,
): Promise<PushBegun> {
  const { parts } = week;
  await atTixngo(parts, 'phones/download', { all: true });
  const plan = await planBoxOffice(parts, settings, seed, untouched);
  const example = plan.example === null ? null : await chooseExample(parts, plan.example, 'taken back');
  await week.step({ day: 'Thursday', time: '10:00' }, 'Cancellations', planText(plan, card !== null));
  if (plan.onOfflinePhone.length > 0) await atTixngo(parts, 'phones/offline', { ticketIds: plan.onOfflinePhone });
  await followOrders(parts, plan);
  if (card !== null) await cancelOneMore(parts, card);

  await week.step(
    { day: 'Thursday', time: '10:05' },
    'Push cancelled',
    'Push cancelled deletes in TIXNGO what S-360 has cancelled or invalidated, and waits until TIXNGO confirms.',
  );
  const first = await PushedRun.start(week);
  let [second, meanwhile]: [PushedRun | null, Meanwhile | null] = [null, null];
  if (first.waiting !== null) {
    if (plan.later !== null) {
      await week.step(
        { day: 'Thursday', time: '11:00' },
        'One more cancelled',
        'The box office cancels one ticket more: a second execution pushes it at once, while the first one waits.',
      );
      await cancelOneMore(parts, plan.later);
      second = await PushedRun.start(week);
    }
    meanwhile = await seenNow(parts, plan, first.waiting, second);
  }
  return {
    plan,
    example,
    phoneComesBack: async () => {
      await atTixngo(parts, 'phones/online', { all: true });
    },
    end: async () => {
      const [firstRun, secondRun] = await Promise.all([first.end(), second?.end() ?? null]);
      orThrow(firstRun);
      if (secondRun !== null) orThrow(secondRun);
      return { plan, example, first: firstRun, second: secondRun, meanwhile };
    },
  };
}

function planText({ orders, onOfflinePhone, later }: BoxOfficePlan, withCard: boolean): string {
  const number = (how: string): number =>
    orders.filter((order) => order.how === how).reduce((sum, { ticketIds }) => sum + ticketIds.length, 0);
  if (onOfflinePhone.length === 0 && later === null) {
    return 'No ticket of these is on a phone, so there is none to take back.';
  }
  return `The box office cancels ${count(number('cancel'))} tickets${withCard ? ' and a membership card,' : ''} and invalidates ${count(number('invalidate'))}; the phone with ${count(onOfflinePhone.length)} of them is offline.`;
}

interface Waiting {
  readonly execution: StartedExecution;
  /** What for, in its own words. */
  readonly for: string;
}

/** A run of push cancelled that has pushed everything, and may still wait. */
class PushedRun {
  private constructor(
    private readonly run: Promise<FunctionRun>,
    /** Null if there was nothing to wait for: then it has ended. */
    readonly waiting: Waiting | null,
  ) {}

  /** Until an execution waits, or has ended without a wait; after one that failed the next one starts. */
  static async start(week: Week): Promise<PushedRun> {
    const stopwatch = await Stopwatch.start(week.parts);
    const failed: DemoExecution[] = [];
    for (;;) {
      const started = await week.parts.schedules.trigger(functionName);
      const last = executionToEnd(week, functionName, started);
      const ended = async (): Promise<FunctionRun> => {
        const executions = [...failed, await last];
        return { executions, ...(await stopwatch.stop()) };
      };
      const over = new AbortController();
      const waiting = await Promise.race([untilItHasLooked(started, over.signal), last.then(() => null)]);
      over.abort();
      if (waiting !== null) return new PushedRun(ended(), waiting);
      const execution = await last;
      if (execution.ending.kind === 'completed' || failed.length + 1 === mostExecutions) {
        return new PushedRun(ended(), null);
      }
      failed.push(execution);
      sayNextStarts(execution.ending.message, week.say);
    }
  }

  async end(): Promise<FunctionRun> {
    return await this.run;
  }
}

/** Resolves when the execution waits and has looked once, so that it says for what; with null when nobody asks any more. */
async function untilItHasLooked(execution: StartedExecution, over: AbortSignal): Promise<Waiting | null> {
  while (!over.aborted) {
    const { raw } = await execution.handle.describe();
    const message = deletionWaitOf(raw)?.message ?? null;
    if (message !== null) return { execution, for: message };
    await pause(200);
  }
  return null;
}

/** What everybody sees before the phone is online again. */
async function seenNow(
  parts: Parts,
  plan: BoxOfficePlan,
  first: Waiting,
  second: PushedRun | null,
): Promise<Meanwhile> {
  const ids = [...plan.orders.flatMap(({ ticketIds }) => ticketIds), ...(plan.later === null ? [] : [plan.later])];
  const [{ tickets }, { status }] = await Promise.all([
    readJson<{ tickets: readonly TixngoRecord[] }>(`${tixngoControl(parts.tixngoUrl)}/tickets?ids=${ids.join(',')}`),
    first.execution.handle.describe(),
  ]);
  const having = (wanted: string): number => tickets.filter((ticket) => ticket.status === wanted).length;
  return {
    firstWaitsFor: first.for,
    firstIsRunning: status.name === 'RUNNING',
    secondWaitsFor: second?.waiting?.for ?? null,
    deleted: having('DELETED'),
    deletionPending: having('DELETION_PENDING'),
  };
}
