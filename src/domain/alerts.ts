import type { EndState, FunctionName } from './functions.js';

/**
 * Which functions fail, and which mails say so: one when a function begins to fail, one if it still fails an hour later, one when it works
 * again; never one for each failure. Pure, and a part of the interface's state. Recipients are persons, so they are no part of it: whoever
 * sends a mail takes them from the configuration.
 * Source: S-360 manual, «0. Initial setup of the interface», Email notification to recipients.
 */
export interface Alerts {
  /** What fails now, by `organization/function/internal name`. */
  readonly failing: Readonly<Record<string, Failing>>;
  /** The last executions that failed: one that is told of twice (a lost answer) counts once. */
  readonly counted: readonly string[];
}

/** The part of the interface's state that this file changes; states of an older version lack it. */
export interface AlertState {
  readonly alerts?: Alerts | undefined;
  /** Unsent, the oldest first, at most one of each function. */
  readonly mails?: readonly Mail[] | undefined;
}

interface WhatFails {
  readonly organization: string;
  readonly function: FunctionName;
  readonly internalName: string;
}

interface ExecutionIds {
  readonly workflowId: string;
  readonly runId: string;
}

export interface Failing extends WhatFails {
  /** `WARNING`: it parks tickets, and the recipients want to know. */
  readonly endState: 'ERROR' | 'WARNING';
  readonly sinceMs: number;
  readonly failedExecutions: number;
  /** When the first mail was due; null as long as nobody is to be told. */
  readonly toldAtMs: number | null;
  readonly toldAgain: boolean;
  readonly last: FailedExecution;
}

export interface FailedExecution {
  readonly execution: ExecutionIds;
  /** Null if the message says all: a `WARNING`, or an execution of an older version. */
  readonly code: string | null;
  readonly message: string;
}

export type MailKind = 'failed' | 'stillFailing' | 'recovered';

export interface Mail extends WhatFails {
  /** Always the same for the same change of state, so that a repeated mail is recognisable. */
  readonly id: string;
  readonly kind: MailKind;
  readonly atMs: number;
  /** How the execution ended that this mail is about. */
  readonly endState: EndState;
  /** Tickets sent, or what the function does in their stead. */
  readonly done: number;
  readonly parked: number;
  readonly sinceMs: number;
  readonly failedExecutions: number;
  readonly last: FailedExecution;
  /** Older mails about the same function that this one replaces, since they were not sent in time. */
  readonly replaces: number;
}

/** Which end states an interface mails; undefined if it has no recipients. */
export type Notify = 'errors' | 'errorsAndWarnings';

/** How an execution ended. */
export interface EndedExecution extends WhatFails {
  readonly execution: ExecutionIds;
  readonly endState: EndState;
  readonly counts: { readonly sent: number; readonly parked: number; readonly stored?: number | undefined };
  readonly message: string;
  readonly code?: string | undefined;
  readonly notify?: Notify | undefined;
  /** Internal names that the configuration has for this function: of another one, nobody hears again. */
  readonly configuredNames?: readonly string[] | undefined;
}

export const mostUnsentMails = 200;
const mostCounted = 100;
const mostMessageCharacters = 600;
const stillFailingAfterMs = 3_600_000;
const givenUpAfterMs = 24 * 3_600_000;

const noAlerts: Alerts = { failing: {}, counted: [] };

/**
 * Notes how an execution ended.
 *
 * @param held whether it held the permission until then. An execution that failed counts also without one: it may have failed before it
 * asked. One that was skipped or cancelled by a person says nothing about the function.
 */
export function noteEnd<State extends AlertState>(
  state: State,
  ended: EndedExecution,
  held: boolean,
  nowMs: number,
): State {
  const { endState } = ended;
  if (endState === 'SKIPPED' || ended.code === 'CANCELLED') return state;
  if (endState === 'ERROR') return noteFailure(state, ended, endState, nowMs);
  if (!held) return state;
  return endState === 'WARNING' && ended.notify === 'errorsAndWarnings'
    ? noteFailure(state, ended, endState, nowMs)
    : noteSuccess(state, ended, nowMs);
}

function noteFailure<State extends AlertState>(
  state: State,
  ended: EndedExecution,
  endState: Failing['endState'],
  nowMs: number,
): State {
  const alerts = state.alerts ?? noAlerts;
  const { runId } = ended.execution;
  if (alerts.counted.includes(runId)) return state;
  const key = keyOf(ended);
  const known = alerts.failing[key];
  // From a WARNING to an ERROR, or back, is a change of state too: else an ERROR after weeks of parked tickets would be told to nobody.
  const before = known?.endState === endState ? known : undefined;
  const told = before?.toldAtMs ?? null;
  const again = told !== null && before?.toldAgain === false && nowMs - told >= stillFailingAfterMs;
  const kind = ended.notify === undefined ? null : told === null ? 'failed' : again ? 'stillFailing' : null;
  const failing: Failing = {
    ...whatOf(ended),
    endState,
    sinceMs: before?.sinceMs ?? nowMs,
    failedExecutions: (before?.failedExecutions ?? 0) + 1,
    toldAtMs: told ?? (kind === null ? null : nowMs),
    toldAgain: (before?.toldAgain ?? false) || kind === 'stillFailing',
    last: {
      execution: ended.execution,
      code: ended.code ?? null,
      message: ended.message.slice(0, mostMessageCharacters),
    },
  };
  const noted: State = {
    ...state,
    alerts: {
      failing: { ...configuredOnly(alerts.failing, ended), [key]: failing },
      counted: [...alerts.counted, runId].slice(-mostCounted),
    },
  };
  return kind === null ? noted : withMail(noted, mailOf(kind, ended, failing, nowMs));
}

function noteSuccess<State extends AlertState>(state: State, ended: EndedExecution, nowMs: number): State {
  if (state.alerts === undefined) return state;
  const key = keyOf(ended);
  const { [key]: ending, ...others } = state.alerts.failing;
  const noted: State = { ...state, alerts: { ...state.alerts, failing: configuredOnly(others, ended) } };
  if (ending === undefined || ending.toldAtMs === null || ended.notify === undefined) return noted;
  return withMail(noted, mailOf('recovered', ended, ending, nowMs));
}

/** Takes mails away that were sent, or that cannot be. */
export function withoutMails<State extends AlertState>(state: State, ids: readonly string[]): State {
  return { ...state, mails: unsentMails(state).filter(({ id }) => !ids.includes(id)) };
}

export function unsentMails({ mails }: AlertState): readonly Mail[] {
  return mails ?? [];
}

/** Whether a mail that its server refuses for good has been tried long enough: an address may have been mended meanwhile. */
export function isGivenUp(mail: Mail, nowMs: number): boolean {
  return nowMs - mail.atMs >= givenUpAfterMs;
}

/** The newest change of state says it all, so an older mail about the same function that is unsent yet is not sent any more. */
function withMail<State extends AlertState>(state: State, mail: Mail): State {
  const mails = unsentMails(state);
  const older = mails.find((other) => keyOf(other) === keyOf(mail));
  const replaces = older === undefined ? 0 : older.replaces + 1;
  return {
    ...state,
    mails: [...mails.filter((other) => other !== older), { ...mail, replaces }].slice(-mostUnsentMails),
  };
}

function mailOf(kind: MailKind, ended: EndedExecution, failing: Failing, nowMs: number): Mail {
  return {
    ...whatOf(ended),
    id: `${kind}-${ended.execution.runId}`,
    kind,
    atMs: nowMs,
    endState: ended.endState,
    done: ended.function === 'retrieveTicketStatus' ? (ended.counts.stored ?? 0) : ended.counts.sent,
    parked: ended.counts.parked,
    sinceMs: failing.sinceMs,
    failedExecutions: failing.failedExecutions,
    last: failing.last,
    replaces: 0,
  };
}

/** Without functions that were failing when they were taken out of the configuration. */
function configuredOnly(failing: Alerts['failing'], ended: EndedExecution): Alerts['failing'] {
  const { configuredNames, organization, function: name } = ended;
  if (configuredNames === undefined) return failing;
  return Object.fromEntries(
    Object.entries(failing).filter(
      ([, other]) =>
        other.organization !== organization || other.function !== name || configuredNames.includes(other.internalName),
    ),
  );
}

function whatOf({ organization, function: name, internalName }: WhatFails): WhatFails {
  return { organization, function: name, internalName };
}

function keyOf({ organization, function: name, internalName }: WhatFails): string {
  return `${organization}/${name}/${internalName}`;
}
