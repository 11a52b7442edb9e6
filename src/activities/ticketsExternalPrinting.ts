import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity';

import { resolveFunction, type Resolved } from '../config/resolve.js';
import { addCounts, type RunCounts } from '../domain/counts.js';
import type { ClaimAnswer, Execution, StretchReport, UsedCalls, Writer } from '../domain/interfaceState.js';
import { interfaceWorkflowId } from '../domain/functions.js';
import { messageOf } from '../domain/messages.js';
import type { FailureRequest, RunPlace, StretchRequest, StretchResult } from '../domain/stretch.js';
import { CallMeter } from '../http/callMeter.js';
import { S360Client } from '../s360/client.js';
import { TixngoClient } from '../tixngo/client.js';
import type { ActivityDependencies } from './dependencies.js';
import { comeBackIn, stop, toFailure } from './failures.js';
import { callNeeds, requireOperations, reservationMs } from './injectionCalls.js';
import { injectionSelection, mappingSettings } from './injectionSettings.js';
import { addParkedReasons, InjectionStretch } from './injectionStretch.js';
import { OwnExecution } from './ownExecution.js';
import { InterfacePermission } from './permission.js';

const functionName = 'ticketsExternalPrinting';
/** What a writer that lost its permission may take to notice: a look at its own execution is good for 5 s, and some seconds more. */
const noticeMs = 8_000;
const heartbeatMs = 5_000;
const readTimeoutMs = 60_000;

/** The activities of ticket injection: one stretch of pages, and the end of a failed run. */
export function createInjectionActivities(dependencies: ActivityDependencies) {
  return {
    /** Claims, works and, at the end of the queue, closes. Throws what Temporal retries, or what stops the run (design: outcomes of a call). */
    async ticketsExternalPrintingStretch(given: StretchRequest): Promise<StretchResult> {
      const request = withEarlierAttempts(given);
      let done = request.counts;
      const beat = setInterval(() => {
        heartbeat(done);
      }, heartbeatMs);
      try {
        return await workStretch(dependencies, request, (counts) => {
          done = counts;
          heartbeat(done);
        });
      } catch (error) {
        throw toFailure(error);
      } finally {
        clearInterval(beat);
      }
    },

    /** Ends a run as ERROR. @returns where it ran, or null if the input names nothing that is configured */
    async closeFailedRun(request: FailureRequest): Promise<RunPlace | null> {
      let resolved: Resolved;
      try {
        resolved = resolveFunction(dependencies.configuration, functionName, request.input);
      } catch {
        return null;
      }
      const { execution, writer } = caller();
      const permission = permissionOf(dependencies, resolved);
      await permission.close({
        organization: resolved.organization.code,
        function: functionName,
        execution,
        writer,
        internalName: resolved.function.internalName,
        endState: 'ERROR',
        endOfQueue: false,
        counts: request.counts,
        message: request.message,
        settlingPauseMs: settlingPauseMs(dependencies),
      });
      return placeOf(resolved);
    },
  };
}

async function workStretch(
  dependencies: ActivityDependencies,
  request: StretchRequest,
  progress: (counts: RunCounts) => void,
): Promise<StretchResult> {
  const resolved = resolveFunction(dependencies.configuration, functionName, request.input);
  requireOperations(resolved);
  const { execution, writer } = caller();
  const writeTimeoutMs = dependencies.configuration.writeTimeoutSeconds * 1_000;
  const permission = permissionOf(dependencies, resolved);
  const claimedAtMs = Date.now();
  const answer = await permission.claim({
    organization: resolved.organization.code,
    function: functionName,
    execution,
    internalName: resolved.function.internalName,
    writer,
    doubt: fileDoubt(request, resolved) ?? undefined,
    fromHead: request.position === null,
    configuration: {
      s360Url: resolved.institution.s360.url,
      tixngoUrl: resolved.interface.url,
      interfaceType: resolved.interface.type,
      ticketIdentifier: resolved.interface.ticketIdentifier,
    },
    needs: callNeeds(resolved),
    reservationMs: reservationMs(writeTimeoutMs),
    settlingPauseMs: settlingPauseMs(dependencies),
    used: request.used ?? undefined,
  });
  const run = new StretchRun(dependencies, request, resolved, permission, execution, writer, progress);
  if (answer.kind !== 'go') return run.mayNotWork(answer);
  await sleep(answer.startInMs);
  // Measured from before the claim, so that the reservation cannot end earlier than we think.
  const meterUntilMs = claimedAtMs + answer.startInMs + reservationMs(writeTimeoutMs);
  return run.work(answer, new CallMeter(answer.reservation, answer.calls, meterUntilMs));
}

class StretchRun {
  private readonly place: RunPlace;

  constructor(
    private readonly dependencies: ActivityDependencies,
    private readonly request: StretchRequest,
    private readonly resolved: Resolved,
    private readonly permission: InterfacePermission,
    private readonly execution: Execution,
    private readonly writer: Writer,
    private readonly progress: (counts: RunCounts) => void,
  ) {
    this.place = placeOf(resolved);
  }

  /** A run that may not work ends at once and says why; one that waits gives its slot back. */
  async mayNotWork(answer: Exclude<ClaimAnswer, { kind: 'go' }>): Promise<StretchResult> {
    switch (answer.kind) {
      case 'settling':
        throw comeBackIn(answer.waitMs, 'SETTLING');
      case 'waitingForCalls':
        throw comeBackIn(answer.waitMs, 'WAITING_FOR_CALLS');
      case 'configurationDiffers': {
        const { sentence, action } = messageOf('CONFIGURATION_DIFFERS');
        throw stop('CONFIGURATION_DIFFERS', `${sentence} What differs: ${answer.field}. ${action}`);
      }
      case 'alreadyRunning': {
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
        if (hasWorked) return this.close(why, false, counts, this.request.parkedReasons);
        // An attempt before may have been given the permission, and waited or failed.
        if (this.writer.attempt > 1) await this.giveBack(why);
        return this.skipped(why);
      }
      case 'closedBefore': {
        const { endState, counts, message } = answer.lastRun;
        const { parkedReasons } = this.request;
        return { kind: 'ended', where: this.place, endState, counts, parkedReasons, message };
      }
    }
  }

  async work(answer: Extract<ClaimAnswer, { kind: 'go' }>, meter: CallMeter): Promise<StretchResult> {
    const { dependencies, request, resolved } = this;
    const own = new OwnExecution(
      dependencies.client,
      { ...this.execution, ...this.writer },
      { workflowId: interfaceWorkflowId(this.place.institution), chain: answer.interfaceChain },
    );
    const most = request.input.maxTicketsPerRun ?? resolved.function.maxTicketsPerRun ?? Number.POSITIVE_INFINITY;
    const stretch = new InjectionStretch(
      {
        resolved,
        selection: injectionSelection(resolved, request.input),
        mapping: mappingSettings(resolved),
        ...this.clients(meter),
        meter,
        inDoubt: answer.inDoubt,
        parked: answer.parked,
        assertMine: () => own.assertMine(),
        progress: (counts) => {
          this.progress(addCounts(request.counts, counts));
        },
        mayStillSend: most - request.counts.sent,
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
    // The end of one file is not the end of the queue: what is in doubt may be in another.
    const wholeQueue =
      (request.input.fileNumber ?? resolved.function.fileNumber) === undefined || fileDoubt(request, resolved) !== null;
    const nothingOfFile =
      (request.input.fileNumber ?? null) !== null && counts.offered === 0
        ? 'S-360 offers no ticket of this file: check the number; a file that was injected already is not offered again.'
        : '';
    if (endOfQueue) return this.close(nothingOfFile, wholeQueue, counts, parkedReasons, report);
    if (counts.sent >= most)
      return this.close(
        `More tickets are waiting: this run ended after ${String(counts.sent)} (maxTicketsPerRun).`,
        false,
        counts,
        parkedReasons,
        report,
      );
    if (request.last)
      return this.close('More tickets are waiting: the next run goes on.', false, counts, parkedReasons, report);
    if (report.parked.length > 0 || report.unparked.length > 0) await this.permission.report(report);
    return { kind: 'more', where: this.place, position: stretch.position, counts, parkedReasons, used: meter.used() };
  }

  private clients(meter: CallMeter): { s360: S360Client; s360Marks: S360Client; tixngo: TixngoClient } {
    const { dependencies, resolved } = this;
    const common = {
      http: dependencies.http,
      meter,
      readTimeoutMs,
      writeTimeoutMs: dependencies.configuration.writeTimeoutSeconds * 1_000,
      unknownFields: dependencies.unknownFields,
    };
    const s360 = {
      ...common,
      settings: resolved.institution.s360,
      secret: secretOf(dependencies, resolved.institution.s360.secretVariable),
      tokens: dependencies.tokens,
    };
    return {
      s360: new S360Client({ ...s360, signal: cancellationSignal() }),
      // Never aborted: a mark is short, and what TIXNGO has accepted should be marked even when the run is cancelled.
      s360Marks: new S360Client({ ...s360, signal: new AbortController().signal }),
      tixngo: new TixngoClient({
        ...common,
        settings: resolved.interface,
        apiKey: secretOf(dependencies, resolved.interface.apiKeyVariable),
        signal: cancellationSignal(),
      }),
    };
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
    return { kind: 'ended', where: this.place, endState: 'SKIPPED', counts, parkedReasons, message };
  }

  private async close(
    note: string,
    endOfQueue: boolean,
    counts: RunCounts,
    parkedReasons: Readonly<Record<string, number>>,
    report?: StretchReport,
  ): Promise<StretchResult> {
    const endState = counts.parked > 0 ? 'WARNING' : 'OK';
    const message = [endMessage(counts), note].filter((part) => part !== '').join(' ');
    const { closed } = await this.permission.close({
      ...this.key(),
      execution: this.execution,
      writer: this.writer,
      internalName: this.place.internalName,
      endState,
      endOfQueue,
      counts,
      message,
      settlingPauseMs: settlingPauseMs(this.dependencies),
      report,
    });
    const lost = closed ? '' : ' Another execution had taken over meanwhile.';
    return { kind: 'ended', where: this.place, endState, counts, parkedReasons, message: message + lost };
  }

  /** Best effort: without it the next attempt waits for the settling pause before it looks anything up. */
  private async reportFailedAttempt(stretch: InjectionStretch, meter: CallMeter): Promise<void> {
    try {
      await this.permission.report(this.reportOf(stretch, meter.used(), true));
    } catch {
      // The failure of the stretch is the one to report.
    }
  }

  private reportOf(stretch: InjectionStretch, used: UsedCalls, failed: boolean): StretchReport {
    return {
      ...this.key(),
      execution: this.execution,
      writer: this.writer,
      failed,
      writeUnderWay: failed && stretch.writeUnderWay,
      used,
      parked: stretch.parkedNow,
      unparked: stretch.unparked,
    };
  }

  private key(): { organization: string; function: typeof functionName } {
    return { organization: this.place.organization, function: functionName };
  }

  private countsWith(stretch: InjectionStretch, meter: CallMeter): RunCounts {
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
  const { counts } = request;
  return {
    ...request,
    counts: {
      ...counts,
      sent: done.sent,
      processed: done.processed,
      cancelledMeanwhile: done.cancelledMeanwhile,
      // What is marked processed is not offered again.
      offered: counts.offered + (done.processed - counts.processed),
    },
  };
}

/** The doubt of a run of one file is its own where the function's filters, which a file number sets aside, may not see the file. */
function fileDoubt(request: StretchRequest, resolved: Resolved): string | null {
  const { fileNumber } = request.input;
  if (fileNumber === undefined || fileNumber === null || Object.keys(resolved.function.filters).length === 0)
    return null;
  return `${resolved.function.internalName}, file ${fileNumber}`;
}

function caller(): { readonly execution: Execution; readonly writer: Writer } {
  const { workflowExecution, activityId, attempt } = activityInfo();
  if (workflowExecution === undefined) throw new TypeError('this activity runs in a workflow only');
  return { execution: workflowExecution, writer: { activityId, attempt } };
}

function permissionOf(dependencies: ActivityDependencies, resolved: Resolved): InterfacePermission {
  return new InterfacePermission(
    dependencies.client,
    resolved.institution.code,
    activityInfo().taskQueue,
    cancellationSignal(),
  );
}

function placeOf(resolved: Resolved): RunPlace {
  return {
    institution: resolved.institution.code,
    organization: resolved.organization.code,
    internalName: resolved.function.internalName,
  };
}

function settlingPauseMs(dependencies: ActivityDependencies): number {
  return dependencies.configuration.writeTimeoutSeconds * 1_000 + noticeMs;
}

function secretOf(dependencies: ActivityDependencies, variable: string): string {
  const secret = dependencies.secrets.get(variable);
  if (secret === undefined)
    throw stop('CONFIGURATION_INVALID', `The environment variable ${variable} is not set on this worker.`);
  return secret;
}

function endMessage(counts: RunCounts): string {
  const parts = [`${String(counts.sent)} tickets sent.`];
  if (counts.found > 0) parts.push(`${String(counts.found)} found in TIXNGO and not sent again.`);
  if (counts.parked > 0)
    parts.push(`${String(counts.parked)} parked: they are tried again by themselves; correct them in S-360.`);
  if (counts.waitingForHolder > 0) parts.push(`${String(counts.waitingForHolder)} wait for their ticket holder.`);
  return parts.join(' ');
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
