import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';

import type { ResolvedPlace } from '../config/resolve.js';
import type { Notify } from '../domain/alerts.js';
import { addCounts, type RunCounts } from '../domain/counts.js';
import type { AwaitedDeletions } from '../domain/awaitedDeletions.js';
import type { CallNeed, UsedCalls } from '../domain/callReservations.js';
import type { ClaimAnswer } from '../domain/claimRequest.js';
import type { FunctionCalm } from '../domain/doubt.js';
import type { Execution, FunctionKey, Wait, Writer } from '../domain/interfaceState.js';
import type { StretchReport } from '../domain/stretchReport.js';
import { interfaceWorkflowId, type FunctionName } from '../domain/functions.js';
import { messageOf } from '../domain/messages.js';
import type { ParkingReason } from '../domain/parking.js';
import { asksFor } from '../domain/inputCheck.js';
import type { OverrideInput } from '../domain/overrideInput.js';
import { isForOneRun } from '../domain/inputShapes.js';
import { sentences } from '../domain/sentences.js';
import type { RunPlace, StretchPhase, StretchRequest, StretchResult } from '../domain/stretch.js';
import { CallMeter } from '../http/callMeter.js';
import { reservationMs } from './callPlan.js';
import { stretchClients, type StretchClients } from './clients.js';
import type { ActivityDependencies } from './dependencies.js';
import { comeBackIn, stop, toFailure } from './failures.js';
import { addParkedReasons } from './parkedReasons.js';
import { OwnExecution } from './ownExecution.js';
import { InterfacePermission } from './permission.js';
import { listMessage, mostNamed, unfinishedMessage, type RunOverride } from './runOverride.js';
import { inSlot } from './slots.js';

/** What a writer that lost its permission may take to notice: it begins no write later than 7 s after a look at its own execution. */
const noticeMs = 8_000;
const longestBeatMs = 5_000;
/** How often a run with an override asks whether the one that works has ended. */
const turnPauseMs = 3_000;

export type GoAnswer = Extract<ClaimAnswer, { kind: 'go' }>;

/** What every stretch works with, whatever its function. */
export interface StretchTools extends StretchClients {
  readonly meter: CallMeter;
  readonly progress: (counts: RunCounts) => void;
  /** How many tickets the run may still send. */
  readonly mayStillSend: number;
  readonly functionCalm: (key: FunctionKey) => Promise<FunctionCalm>;
  /**
   * Told of every ticket that is decided on, by S-360's id, where a run is previewed.
   *
   * @param told the e-mail of the person who would be told; null for nobody
   */
  readonly decided?:
    ((ticketId: string, decision: TicketDecision | ParkingReason, told: string | null) => void) | undefined;
}

/** What can become of a ticket, by the count that it goes into. */
export type TicketDecision = Exclude<
  keyof RunCounts,
  'pages' | 'offered' | 'processed' | 'parked' | 's360Calls' | 'tixngoCalls' | 'definitions'
>;

/** The work of one stretch; its state dies with the attempt, what lasts is what the two systems hold. */
export interface Stretch {
  /** @returns whether S-360's queue has come to its end */
  run(): Promise<boolean>;
  readonly counts: RunCounts;
  readonly parkedNow: readonly ParkingReason[];
  /** Parked before and not due again: still a reason to warn. */
  readonly parkedStill: readonly ParkingReason[];
  readonly unparked: readonly string[];
  /** A call was cut off without an answer: TIXNGO may be at work on it, and apply it yet. */
  readonly writeUnderWay: boolean;
  /** The last ticket id of the last page that was settled. */
  readonly position: string | null;
  /** Deletions that TIXNGO has accepted and not confirmed. */
  awaited?(): readonly AwaitedDeletions[];
  /** Named by an operator and not offered by S-360, as far as it may be repeated. */
  readonly notOffered?: readonly string[];
  /** Privilege definitions that TIXNGO has taken; undefined if none was written. */
  definitions?(): StretchReport['definitions'];
  /** How far the feedback of a TIXNGO organizer has come; undefined if nothing of it is to be kept. */
  feedback?(): StretchReport['feedback'];
  /** What the next stretch is about. */
  nextPhase?(): StretchPhase;
}

/** What makes one function differ from another. */
export interface FunctionPlan<Place extends ResolvedPlace = ResolvedPlace> {
  readonly resolved: Place;
  readonly needs: readonly CallNeed[];
  /** Those of a stretch from the head of the queue, if it makes do with fewer. */
  readonly firstNeeds?: readonly CallNeed[];
  /** A doubt of its own, of a run that walks what others may not see. */
  readonly doubt: string | null;
  /** False if a run walks only a part of the queue: then its end settles no doubt. */
  readonly wholeQueue: boolean;
  /** The TIXNGO organizer whose diff the function reads: at most one execution does at a time. */
  readonly reads?: string;
  /** What `maxTicketsPerRun` counts; default: tickets sent. */
  readonly done?: (counts: RunCounts) => number;
  /** True: the configured `maxTicketsPerRun` does not hold. */
  readonly toTheEnd?: boolean;
  /** It creates contacts: in one institution only one execution does at a time, whatever the organization. */
  readonly usesContacts?: boolean;
  /** The TIXNGO organizer whose privilege definitions the function writes. */
  readonly definitionsOf?: string;
  /** What an operator asks of this one run. */
  readonly override?: RunOverride | null;
  readonly endMessage: (counts: RunCounts) => string;
  /** Said while more stretches follow; empty if there is nothing to say. */
  readonly workingMessage?: () => string;
  /** Said when the end of the queue was met; empty if there is nothing to say. */
  readonly noteAtTheEnd?: (counts: RunCounts) => string;
  readonly stretch: (answer: GoAnswer, tools: StretchTools, position: string | null) => Stretch;
}

/**
 * Claims one stretch, works it and, at the end of the queue, closes the run. Throws what Temporal retries, or what stops the run.
 *
 * @param planOf finds the function in the configuration and says what it needs, before anything is claimed
 */
export async function runStretch(
  dependencies: ActivityDependencies,
  given: StretchRequest,
  planOf: () => FunctionPlan | Promise<FunctionPlan>,
): Promise<StretchResult> {
  const request = withEarlierAttempts(given);
  let done = request.counts;
  const beat = setInterval(() => {
    heartbeat(done);
  }, beatMs());
  try {
    const plan = await planOf();
    return await inSlot(dependencies.slots, plan.resolved, 'stretch', () =>
      claimAndWork(dependencies, request, plan, (counts) => {
        done = counts;
        heartbeat(done);
      }),
    );
  } catch (error) {
    throw toFailure(error);
  } finally {
    clearInterval(beat);
  }
}

async function claimAndWork(
  dependencies: ActivityDependencies,
  request: StretchRequest,
  plan: FunctionPlan,
  progress: (counts: RunCounts) => void,
): Promise<StretchResult> {
  const { resolved } = plan;
  const { execution, writer } = caller();
  const writeTimeoutMs = dependencies.configuration.writeTimeoutSeconds * 1_000;
  const permission = permissionOf(dependencies, resolved);
  const claimedAtMs = Date.now();
  const answer = await permission.claim({
    organization: resolved.organization.code,
    function: resolved.function.function,
    execution,
    internalName: resolved.function.internalName,
    writer,
    doubt: plan.doubt ?? undefined,
    reads: plan.reads,
    usesContacts: plan.usesContacts,
    definitionsOf: plan.definitionsOf,
    override: plan.override?.claim,
    tenants: tenantsOf(resolved),
    fromHead: request.position === null,
    configuration: {
      s360Url: resolved.institution.s360.url,
      tixngoUrl: resolved.interface.url,
      interfaceType: resolved.interface.type,
      ticketIdentifier: resolved.interface.ticketIdentifier,
    },
    needs: request.position === null ? (plan.firstNeeds ?? plan.needs) : plan.needs,
    reservationMs: reservationMs(writeTimeoutMs),
    settlingPauseMs: settlingPauseMs(dependencies),
    pauseWhenNew: dependencies.configuration.pauseWhenStateIsNew,
    used: request.used ?? undefined,
    interrupted: request.interrupted,
  });
  const run = new StretchRun(dependencies, request, plan, permission, execution, writer, progress);
  if (answer.kind !== 'go') return run.mayNotWork(answer);
  await sleep(answer.startInMs);
  // Measured from before the claim, so that the reservation cannot end earlier than we think.
  const meterUntilMs = claimedAtMs + answer.startInMs + reservationMs(writeTimeoutMs);
  return run.work(answer, new CallMeter(answer.reservation, answer.calls, meterUntilMs));
}

/** How a run ends, and what the stretch that closes it has to tell. */
interface Ending {
  /** It has walked the whole queue. */
  readonly endOfQueue?: boolean;
  /** An operator has asked for more, and nobody else does it. */
  readonly leavesOverride?: boolean;
  readonly awaited?: readonly AwaitedDeletions[];
  readonly report?: StretchReport;
  /** Executions that are believed to wait. */
  readonly waitsToSee?: readonly Wait[];
}

class StretchRun {
  private readonly place: RunPlace;

  constructor(
    private readonly dependencies: ActivityDependencies,
    private readonly request: StretchRequest,
    private readonly plan: FunctionPlan,
    private readonly permission: InterfacePermission,
    private readonly execution: Execution,
    private readonly writer: Writer,
    private readonly progress: (counts: RunCounts) => void,
  ) {
    this.place = placeOf(plan.resolved);
  }

  /** A run that may not work ends at once and says why; one that waits gives its slot back. */
  async mayNotWork(answer: Exclude<ClaimAnswer, { kind: 'go' }>): Promise<StretchResult> {
    switch (answer.kind) {
      case 'settling':
        throw comeBackIn(answer.waitMs, 'SETTLING');
      case 'waitingForCalls':
        throw comeBackForCalls(answer.waitMs);
      case 'configurationDiffers': {
        const { sentence, action } = messageOf('CONFIGURATION_DIFFERS');
        throw stop('CONFIGURATION_DIFFERS', `${sentence} What differs: ${answer.field}. ${action}`);
      }
      case 'overrideRefused':
        throw stop(answer.code, answer.sentence);
      case 'alreadyRunning': {
        // Nobody else takes what an operator asks of this one run.
        if (this.hasOverride) throw comeBackIn(turnPauseMs, 'WAITING_FOR_TURN');
        const { holder } = answer;
        return this.skipped(
          `Already running: execution ${holder.workflowId} (run ${holder.runId}, ${answer.internalName}) works since ${utc(answer.sinceMs)}. Nothing to do: the next execution takes what is left.`,
        );
      }
      case 'paused': {
        const scope = answer.scope === '*' ? 'everything' : answer.scope;
        const why = `Paused (${scope}) since ${utc(answer.sinceMs)} by ${answer.by}: ${answer.why}. Resume with the update "resume" of ${interfaceWorkflowId(this.place.institution)}, or as "npm start -- state" says.`;
        const { counts } = this.request;
        const hasWorked = counts.pages > 0 || counts.sent > 0 || counts.processed > 0;
        if (hasWorked) {
          const notes = [why, this.unfinished(), this.listNote(counts, this.request.notOffered)];
          return this.close(notes, counts, this.request.parkedReasons, { leavesOverride: this.hasOverride });
        }
        // An attempt before may have been given the permission, and waited or failed.
        if (this.writer.attempt > 1) await this.giveBack(why);
        return this.skipped(why);
      }
      case 'closedBefore': {
        const { endState, counts, message } = answer.lastRun;
        const { parkedReasons } = this.request;
        return { kind: 'ended', where: this.place, endState, counts, parkedReasons, message, awaited: [] };
      }
    }
  }

  async work(answer: Extract<ClaimAnswer, { kind: 'go' }>, meter: CallMeter): Promise<StretchResult> {
    const { dependencies, request, plan } = this;
    const own = new OwnExecution(
      dependencies.client,
      { ...this.execution, ...this.writer },
      {
        workflowId: interfaceWorkflowId(this.place.institution),
        chain: answer.interfaceChain,
        resetAtMs: this.permission.interfaceResetAtMs,
      },
    );
    const configured = plan.toTheEnd === true ? undefined : plan.resolved.function.maxTicketsPerRun;
    const most = request.input.maxTicketsPerRun ?? configured ?? Number.POSITIVE_INFINITY;
    const done = plan.done ?? (({ sent }) => sent);
    const stretch = plan.stretch(
      answer,
      {
        ...stretchClients(dependencies, plan.resolved, meter, { writePermission: own }),
        meter,
        progress: (counts) => {
          this.progress(addCounts(request.counts, counts));
        },
        mayStillSend: most - done(request.counts),
        functionCalm: (key) => this.permission.functionCalm(key),
      },
      request.position,
    );
    let endOfQueue: boolean;
    try {
      endOfQueue = await stretch.run();
    } catch (error) {
      this.progress(addCounts(request.counts, stretch.counts));
      await this.reportFailedAttempt(stretch, meter);
      throw error;
    }
    const counts = this.countsWith(stretch, meter);
    const parkedReasons = addParkedReasons(request.parkedReasons, [...stretch.parkedNow, ...stretch.parkedStill]);
    const report = this.reportOf(stretch, meter.used(), false);
    const awaited = stretch.awaited?.() ?? [];
    // What somebody has to wait for reaches the history before the run is closed: what a closed run has pushed is in doubt no more.
    const mayClose = awaited.length === 0 || request.last;
    const notOffered = [...(request.notOffered ?? []), ...(stretch.notOffered ?? [])].slice(0, mostNamed);
    const ending: Ending = { awaited, report, waitsToSee: answer.waitsToSee };
    const parkedExample = request.parkedExample ?? [...stretch.parkedNow, ...stretch.parkedStill][0]?.ticketId;
    const listNote = sentences([exampleNote(counts, parkedExample), this.listNote(counts, notOffered)]);
    if (endOfQueue && mayClose) {
      const notes = [plan.noteAtTheEnd?.(counts) ?? '', listNote];
      return this.close(notes, counts, parkedReasons, { ...ending, endOfQueue: plan.wholeQueue });
    }
    const isAsMuchAsAsked = done(counts) >= most;
    if ((isAsMuchAsAsked || request.last) && mayClose) {
      const more = isAsMuchAsAsked
        ? `More tickets are waiting: this run ended after ${String(done(counts))} (maxTicketsPerRun).`
        : `More tickets are waiting${this.hasOverride ? '' : ': the next run goes on'}.`;
      const notes = [more, this.unfinished(), listNote];
      const leavesOverride = this.hasOverride && !isAsMuchAsAsked;
      return this.close(notes, counts, parkedReasons, { ...ending, leavesOverride });
    }
    const isNews =
      report.parked.length > 0 ||
      report.unparked.length > 0 ||
      report.feedback !== undefined ||
      report.definitions !== undefined;
    if (isNews) await this.permission.report(report);
    const { position } = stretch;
    const named = notOffered.length === 0 ? undefined : notOffered;
    const used = meter.used();
    const phase = stretch.nextPhase?.();
    const next = { position, counts, parkedReasons, used, awaited, phase, notOffered: named, parkedExample };
    return { kind: 'more', where: this.place, ...next, message: plan.workingMessage?.() };
  }

  private get override(): RunOverride | null {
    return this.plan.override ?? null;
  }

  private get hasOverride(): boolean {
    return this.override !== null;
  }

  private listNote(counts: RunCounts, notOffered: readonly string[] = []): string {
    return listMessage(this.override, counts, notOffered);
  }

  private unfinished(): string {
    const { function: name } = this.plan.resolved.function;
    const tellsAgain = name === 'ticketsExternalPrinting' || name === 'digitalPrivilegesInjection';
    return unfinishedMessage(this.override, this.execution.runId, tellsAgain);
  }

  private async giveBack(message: string): Promise<void> {
    await this.permission.close({
      ...this.key(),
      execution: this.execution,
      writer: this.writer,
      internalName: this.place.internalName,
      endState: 'SKIPPED',
      endOfQueue: false,
      counts: this.request.counts,
      message,
      settlingPauseMs: settlingPauseMs(this.dependencies),
    });
  }

  private skipped(message: string): StretchResult {
    const { counts, parkedReasons } = this.request;
    return { kind: 'ended', where: this.place, endState: 'SKIPPED', counts, parkedReasons, message, awaited: [] };
  }

  /** @param notes said after what the run has done; empty ones are left out */
  private async close(
    notes: readonly string[],
    counts: RunCounts,
    parkedReasons: Readonly<Record<string, number>>,
    { awaited = [], report, waitsToSee = [], endOfQueue = false, leavesOverride = false }: Ending,
  ): Promise<StretchResult> {
    const endState = counts.parked > 0 || leavesOverride ? 'WARNING' : 'OK';
    const message = sentences([this.plan.endMessage(counts), ...notes]);
    const { closed } = await this.permission.close({
      ...this.key(),
      execution: this.execution,
      writer: this.writer,
      internalName: this.place.internalName,
      endState,
      endOfQueue,
      counts,
      message,
      forOneRun: isForOneRun(this.key().function, this.request.input),
      notify: notifyOf(this.plan.resolved),
      settlingPauseMs: settlingPauseMs(this.dependencies),
      report,
      waits: this.request.awaiting === true || awaited.length > 0,
      findsWaits: this.plan.resolved.interface.lookup !== 'none',
      configuredNames: configuredNames(this.plan.resolved),
      seenWaits: await this.permission.seeWaits(waitsToSee),
    });
    const lost = closed ? '' : ' Another execution had taken over meanwhile.';
    return { kind: 'ended', where: this.place, endState, counts, parkedReasons, message: message + lost, awaited };
  }

  /** Best effort: without it the next attempt waits for the settling pause before it looks anything up. */
  private async reportFailedAttempt(stretch: Stretch, meter: CallMeter): Promise<void> {
    try {
      await this.permission.report(this.reportOf(stretch, meter.used(), true));
    } catch {
      // The failure of the stretch is the one to report.
    }
  }

  private reportOf(stretch: Stretch, used: UsedCalls, failed: boolean): StretchReport {
    return {
      ...this.key(),
      execution: this.execution,
      writer: this.writer,
      failed,
      writeUnderWay: failed && stretch.writeUnderWay,
      used,
      parked: stretch.parkedNow,
      unparked: stretch.unparked,
      feedback: stretch.feedback?.(),
      definitions: stretch.definitions?.(),
    };
  }

  private key(): { organization: string; function: FunctionName } {
    return { organization: this.place.organization, function: this.plan.resolved.function.function };
  }

  private countsWith(stretch: Stretch, meter: CallMeter): RunCounts {
    return addCounts(this.request.counts, {
      ...stretch.counts,
      s360Calls: meter.total('S-360'),
      tixngoCalls: meter.total('TIXNGO'),
    });
  }
}

/**
 * What the attempts before have sent and marked, by their last heartbeat: it stays this run's work, and counts for `maxTicketsPerRun`. What
 * they only met (parked, skipped …) is met again and counted then.
 */
function withEarlierAttempts(request: StretchRequest): StretchRequest {
  const info = activityInfo();
  const done = info.heartbeatDetails as RunCounts | null | undefined;
  if (info.attempt === 1 || done === undefined || done === null) return request;
  const { counts, input } = request;
  // What an override brings back is offered again though it is marked processed, and counted then.
  if (asksFor((input as OverrideInput).overrideDay)) {
    return { ...request, counts: { ...counts, sent: done.sent } };
  }
  return {
    ...request,
    counts: {
      ...counts,
      sent: done.sent,
      processed: done.processed,
      cancelledMeanwhile: done.cancelledMeanwhile,
      ...laterCounts(done),
      // What is marked processed, or lies before the feedback key, is not offered again.
      offered: counts.offered + (done.processed - counts.processed) + feedbackEntries(done) - feedbackEntries(counts),
    },
  };
}

/** What a heartbeat of an older version may lack. */
function laterCounts(done: Partial<RunCounts>): Partial<RunCounts> {
  const { controlledMeanwhile = 0, stored = 0, unchanged = 0, unknownTickets = 0, distributions = 0 } = done;
  const { contactsCreated = 0, contactsCompleted = 0, definitions = 0 } = done;
  return {
    controlledMeanwhile,
    stored,
    unchanged,
    unknownTickets,
    distributions,
    contactsCreated,
    contactsCompleted,
    definitions,
  };
}

function feedbackEntries({ stored = 0, unchanged = 0, unknownTickets = 0 }: Partial<RunCounts>): number {
  return stored + unchanged + unknownTickets;
}

/** The functions of one kind take turns; of one that is not configured any more nobody will settle the doubt. */
function configuredNames({ interface: settings, function: fn }: ResolvedPlace): string[] {
  return settings.functions.filter((other) => other.function === fn.function).map(({ internalName }) => internalName);
}

/** The organizations that share the limits of the institution's services: each has its share, whatever the others do. */
export function tenantsOf({ institution }: ResolvedPlace): string[] {
  return institution.organizations.map(({ code }) => code);
}

/** Before its turn, too, less and less often: most stretches use less than they have reserved, and then its turn comes earlier. */
export function comeBackForCalls(waitMs: number): ApplicationFailure {
  const earlierMs = 5_000 * 2 ** Math.min(activityInfo().attempt - 1, 10);
  return comeBackIn(Math.min(waitMs, earlierMs), 'WAITING_FOR_CALLS');
}

/** Several beats within the time after which silence counts as death. */
function beatMs(): number {
  const { heartbeatTimeoutMs } = activityInfo();
  return heartbeatTimeoutMs === undefined ? longestBeatMs : Math.min(longestBeatMs, heartbeatTimeoutMs / 6);
}

/** Whoever reads of parked tickets wants to look at one. */
function exampleNote({ parked }: RunCounts, ticketId: string | undefined): string {
  if (parked === 0 || ticketId === undefined || ticketId === '') return '';
  return `${parked === 1 ? 'It is' : 'One of them is'} id:${ticketId}.`;
}

/** Which attempt of which execution calls. */
export function caller(): { readonly execution: Execution; readonly writer: Writer } {
  const { workflowExecution, activityId, attempt } = activityInfo();
  if (workflowExecution === undefined) throw new TypeError('this activity runs in a workflow only');
  return { execution: workflowExecution, writer: { activityId, attempt } };
}

export function permissionOf(dependencies: ActivityDependencies, resolved: ResolvedPlace): InterfacePermission {
  return new InterfacePermission(
    dependencies.client,
    resolved.institution.code,
    activityInfo().taskQueue,
    cancellationSignal(),
  );
}

export function placeOf(resolved: ResolvedPlace): RunPlace {
  return {
    institution: resolved.institution.code,
    organization: resolved.organization.code,
    internalName: resolved.function.internalName,
  };
}

/** Whether the recipients of an interface are told when a function fails, and what counts as failing. */
export function notifyOf({ interface: settings }: ResolvedPlace): Notify | undefined {
  if (settings.emailRecipients.length === 0) return undefined;
  return settings.emailOnWarning ? 'errorsAndWarnings' : 'errors';
}

export function settlingPauseMs(dependencies: ActivityDependencies): number {
  return dependencies.configuration.writeTimeoutSeconds * 1_000 + noticeMs;
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
