import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { addCounts, type RunCounts } from '../domain/counts.js';
import { functionCalm, isInDoubt } from '../domain/doubt.js';
import { asksFor } from '../domain/inputCheck.js';
import {
  freshState,
  functionState,
  withFunction,
  type Execution,
  type FunctionKey,
  type InterfaceState,
} from '../domain/interfaceState.js';
import { definitionsOf } from '../domain/knownDefinitions.js';
import { messageOf } from '../domain/messages.js';
import { overrideRefusal } from '../domain/overrides.js';
import { parkedRoom } from '../domain/parkedRoom.js';
import { pauseFor } from '../domain/pauses.js';
import type { PreviewReport, PreviewRequest } from '../domain/preview.js';
import type { RetrieveInput } from '../domain/retrieveInput.js';
import { sentences } from '../domain/sentences.js';
import { applyReport, withSettled, type StretchReport } from '../domain/stretchReport.js';
import { mustRebuildWaits } from '../domain/waits.js';
import { CallFailed } from '../http/callFailed.js';
import { CallMeter } from '../http/callMeter.js';
import { reservationMs } from './callPlan.js';
import { stretchClients } from './clients.js';
import type { ActivityDependencies } from './dependencies.js';
import { comeBackIn, toFailure } from './failures.js';
import { planOf } from './functionPlans.js';
import {
  caller,
  comeBackForCalls,
  permissionOf,
  placeOf,
  tenantsOf,
  type FunctionPlan,
  type GoAnswer,
  type Stretch,
} from './functionRun.js';
import type { InterfacePermission } from './permission.js';
import { PreviewBooks, PreviewedStretch, type PreviewProgress } from './previewBook.js';
import { listMessage, mostNamed } from './runOverride.js';
import { inSlot } from './slots.js';

/** As many stretches as a run has at most. */
const mostStretches = 500;
const beatMs = 5_000;

/** The activity that previews a run: the same way, from the same state, with writers that refuse. It needs no permission and takes none. */
export function createPreviewActivities(dependencies: ActivityDependencies) {
  const books = new PreviewBooks();
  return {
    async previewFunction(request: PreviewRequest): Promise<PreviewReport> {
      const { workflowExecution, attempt } = activityInfo();
      const runId = workflowExecution?.runId ?? '';
      const progress = books.of(runId);
      progress.attempt = attempt;
      const beat = setInterval(() => {
        heartbeat(progress.counts);
      }, beatMs);
      try {
        const report = await preview(dependencies, request, progress);
        books.end(runId);
        return report;
      } catch (error) {
        const failure = toFailure(error);
        if (failure instanceof ApplicationFailure && failure.nonRetryable === true) books.end(runId);
        throw failure;
      } finally {
        clearInterval(beat);
      }
    },
  };
}

/** How a preview ends. */
interface End {
  readonly endState: PreviewReport['endState'];
  /** Said beside what a run would say; empty if there is nothing to say. */
  readonly note: string;
}

async function preview(
  dependencies: ActivityDependencies,
  request: PreviewRequest,
  progress: PreviewProgress,
): Promise<PreviewReport> {
  for (;;) {
    const { input } = request;
    const { position, phase, counts } = progress;
    const plan = await planOf(dependencies, request.function, {
      input,
      position,
      counts,
      phase,
      parkedReasons: {},
      used: null,
      last: false,
    });
    const permission = permissionOf(dependencies, plan.resolved);
    const now = (await permission.state()) ?? freshState;
    const end =
      (await readerInTheWay(plan, now, permission, input)) ??
      (await inSlot(dependencies.slots, plan.resolved, 'stretch', () =>
        previewStretch(dependencies, plan, permission, now, request, progress),
      ));
    if (end !== null) return reportOf(plan, progress, end, await obstaclesOf(plan, now, permission));
  }
}

/** TIXNGO lets only one read the diff of an organizer: whoever does so is not disturbed. */
async function readerInTheWay(
  { reads }: FunctionPlan,
  { functions }: InterfaceState,
  permission: InterfacePermission,
  input: RetrieveInput,
): Promise<End | null> {
  if (reads === undefined || asksFor(input.fileToUpload)) return null;
  for (const { holder } of Object.values(functions)) {
    if (holder?.reads !== reads || !(await permission.isRunning(holder.execution))) continue;
    return cannotLook(
      `Execution ${holder.execution.workflowId} reads the diff of this TIXNGO organizer, only one may, and it was not disturbed.`,
    );
  }
  return null;
}

function cannotLook(why: string): End {
  return { endState: 'SKIPPED', note: `It cannot look now: ${why} Ask for the preview again in a while.` };
}

/** @returns null if another one follows */
async function previewStretch(
  dependencies: ActivityDependencies,
  plan: FunctionPlan,
  permission: InterfacePermission,
  now: InterfaceState,
  { input }: PreviewRequest,
  progress: PreviewProgress,
): Promise<End | null> {
  const { resolved } = plan;
  const { attempt } = activityInfo();
  const { meter, giveBack } = await reserved(dependencies, plan, permission, progress.stretches);
  try {
    const seen = new PreviewedStretch(plan.reads !== undefined);
    const most =
      input.maxTicketsPerRun ??
      (plan.toTheEnd === true ? undefined : resolved.function.maxTicketsPerRun) ??
      Number.POSITIVE_INFINITY;
    const done = plan.done ?? (({ sent }: RunCounts) => sent);
    const state = progress.state ?? now;
    const stretch = plan.stretch(
      answerOf(plan, state),
      {
        ...stretchClients(dependencies, resolved, meter, { simulation: true }),
        meter,
        progress: () => undefined,
        mayStillSend: most - done(progress.counts),
        functionCalm: (key) => permission.functionCalm(key),
        decided: (ticketId, decision, told) => {
          seen.decided(ticketId, decision, told);
        },
      },
      progress.position,
    );
    const endOfQueue = await stretch.run();
    if (progress.attempt !== attempt) throw comeBackIn(0, 'PERMISSION_LOST');
    const calls = { s360Calls: meter.total('S-360'), tixngoCalls: meter.total('TIXNGO') };
    progress.take(seen, addCounts(stretch.counts, calls));
    progress.position = stretch.position;
    progress.phase = stretch.nextPhase?.();
    progress.notOffered = [...progress.notOffered, ...(stretch.notOffered ?? [])].slice(0, mostNamed);
    const listNote = listMessage(plan.override ?? null, progress.counts, progress.notOffered);
    progress.state = afterStretch(plan, state, stretch);
    if (endOfQueue) {
      return { endState: 'OK', note: sentences([plan.noteAtTheEnd?.(progress.counts) ?? '', listNote]) };
    }
    if (done(progress.counts) >= most) {
      const more = `More tickets are waiting: a run ends after ${String(done(progress.counts))} (maxTicketsPerRun).`;
      return { endState: 'OK', note: sentences([more, listNote]) };
    }
    if (progress.stretches < mostStretches) return null;
    return { endState: 'OK', note: 'More tickets are waiting: so many are left to the next run.' };
  } catch (error) {
    // Two previews, or a reader that is not ours.
    if (!(error instanceof CallFailed) || error.code !== 'DIFF_IN_USE') throw error;
    return cannotLook(messageOf('DIFF_IN_USE').sentence);
  } finally {
    await giveBack(meter);
  }
}

/** Calls of its own for each stretch; if its turn is later, the slot is given back, and what is known stays with the worker. */
async function reserved(
  dependencies: ActivityDependencies,
  { resolved, needs }: FunctionPlan,
  permission: InterfacePermission,
  stretches: number,
): Promise<{ readonly meter: CallMeter; readonly giveBack: (meter: CallMeter) => Promise<void> }> {
  if (needs.length === 0) {
    return { meter: new CallMeter('preview', {}, Number.POSITIVE_INFINITY), giveBack: () => Promise.resolve() };
  }
  const { execution, writer } = caller();
  const durationMs = reservationMs(dependencies.configuration.writeTimeoutSeconds * 1_000);
  const request = {
    organization: resolved.organization.code,
    tenants: tenantsOf(resolved),
    execution,
    // Each stretch of the one activity reserves under a name of its own.
    writer: { ...writer, activityId: `${writer.activityId}/${String(stretches)}` },
    reservationMs: durationMs,
  };
  const askedAtMs = Date.now();
  const answer = await permission.reserveCalls({ ...request, needs });
  if (answer.kind === 'waitingForCalls') throw comeBackForCalls(answer.waitMs);
  await sleep(answer.startInMs);
  return {
    meter: new CallMeter(answer.reservation, answer.calls, askedAtMs + answer.startInMs + durationMs),
    giveBack: async (meter) => {
      // Best effort: untold, the reservation ends by itself.
      await permission.reserveCalls({ ...request, needs: [], used: meter.used() }).catch(() => undefined);
    },
  };
}

/** What a run would be told if it claimed now. */
function answerOf({ resolved, reads, definitionsOf: organizer }: FunctionPlan, state: InterfaceState): GoAnswer {
  const { internalName } = resolved.function;
  const fn = functionState(state, keyOf(resolved));
  const { organization } = fn;
  return {
    kind: 'go',
    reservation: 'preview',
    calls: {},
    startInMs: 0,
    inDoubt: isInDoubt(fn, internalName),
    parked: Object.values(fn.parked),
    parkedRoom: parkedRoom(state, fn),
    rebuildsWaits: mustRebuildWaits(fn, internalName),
    waitsToSee: [],
    injection: functionCalm(state, { organization, function: 'ticketsExternalPrinting' }),
    privileges: functionCalm(state, { organization, function: 'digitalPrivilegesInjection' }),
    ...(reads === undefined ? {} : { feedback: state.feedback?.[reads] }),
    ...(organizer === undefined ? {} : { definitions: definitionsOf(state, organizer) }),
  };
}

/** The state of the interface as a run would report it after this stretch; nobody else sees it. */
function afterStretch({ resolved }: FunctionPlan, state: InterfaceState, stretch: Stretch): InterfaceState {
  const news: StretchReport = {
    ...keyOf(resolved),
    ...caller(),
    failed: false,
    parked: stretch.parkedNow,
    unparked: stretch.unparked,
    feedback: stretch.feedback?.(),
    definitions: stretch.definitions?.(),
  };
  const fn = applyReport(state, functionState(state, news), news, Date.now());
  return withSettled(withFunction(state, fn), news);
}

function keyOf({ organization, function: fn }: FunctionPlan['resolved']): FunctionKey {
  return { organization: organization.code, function: fn.function };
}

/** What keeps a run from beginning, as things are now. */
async function obstaclesOf(
  { resolved, override = null }: FunctionPlan,
  state: InterfaceState,
  permission: InterfacePermission,
): Promise<string[]> {
  const key = keyOf(resolved);
  const obstacles: string[] = [];
  const pause = pauseFor(state, key);
  if (pause !== null) {
    const { scope, by, why } = pause;
    obstacles.push(`As it is, a run would be skipped: paused (${scope}) by ${by}: ${why}.`);
  }
  const atWork: Execution | undefined = functionState(state, key).holder?.execution;
  if (atWork !== undefined && (await permission.isRunning(atWork))) {
    const then =
      override === null ? 'a run that starts now would be skipped' : 'a run with this override would wait for its end';
    obstacles.push(`Execution ${atWork.workflowId} is at work now: ${then}, and what it does meanwhile is done.`);
  }
  const refusal =
    override === null
      ? null
      : overrideRefusal(state, {
          ...key,
          ...caller(),
          internalName: resolved.function.internalName,
          override: override.claim,
        });
  if (refusal !== null) obstacles.push(`As it is, the override would be refused: ${refusal.sentence}`);
  return obstacles;
}

function reportOf(
  plan: FunctionPlan,
  { counts, tickets, people }: PreviewProgress,
  { endState, note }: End,
  obstacles: readonly string[],
): PreviewReport {
  const parkedReasons: Record<string, number> = {};
  for (const { what, count } of tickets) {
    if (what.startsWith('parked: ')) parkedReasons[what.slice('parked: '.length)] = count;
  }
  const would =
    endState === 'OK' ? ['A run would end so:', plan.endMessage(counts), note, toldSentence(people)] : [note];
  const message = ['PREVIEW: nothing was written, in either system.', ...would, ...obstacles];
  return {
    ...placeOf(plan.resolved),
    endState,
    counts,
    parkedReasons,
    tickets,
    people,
    obstacles,
    message: sentences(message),
  };
}

function toldSentence(people: number): string {
  if (people === 0) return 'Nobody would be told.';
  return people === 1 ? '1 person would be told.' : `${String(people)} people would be told.`;
}
