import {
  sameExecution,
  type Execution,
  type FunctionKey,
  type InterfaceState,
  type TakenOverride,
} from './interfaceState.js';

/**
 * An override belongs to one run: it names its day, and the same one is not taken twice, since the Web UI's start form offers the input of a
 * former run again. To mean it a second time, it names the execution that it repeats.
 */
export interface OverrideClaim {
  /** A hash of what is overridden, and of which function: equal for the same override only. */
  readonly fingerprint: string;
  /** The day that it names, as yyyy-MM-dd. */
  readonly day: string;
  /** Today in the time zone of the institution. */
  readonly today: string;
  /** That time zone. A claim of an older version does not say. */
  readonly timeZone?: string | undefined;
  /** The run id of the execution that is repeated. */
  readonly again?: string | undefined;
}

export interface OverrideRefusal {
  readonly kind: 'overrideRefused';
  readonly code: 'OVERRIDE_OF_ANOTHER_DAY' | 'OVERRIDE_USED' | 'TICKET_LIST_INVALID';
  /** What is wrong, and how to mean it. */
  readonly sentence: string;
}

interface Overriding extends FunctionKey {
  readonly internalName: string;
  readonly execution: Execution;
  readonly override?: OverrideClaim | undefined;
}

/** Longer than any day lasts in any time zone: an older one is refused for the day that it names. */
const rememberedMs = 3 * 24 * 3_600_000;
const mostRemembered = 200;

/** Why a run may not begin with its override; null if it may. One that has taken it goes on with it, also after midnight. */
export function overrideRefusal(state: InterfaceState, request: Overriding): OverrideRefusal | null {
  const { override } = request;
  if (override === undefined) return null;
  const taken = state.overrides?.[override.fingerprint];
  if (taken !== undefined && sameExecution(taken.execution, request.execution)) return null;
  const { day, today, timeZone } = override;
  if (day !== today) {
    const now = `today is ${today}${timeZone === undefined ? '' : ` (${timeZone})`}`;
    return {
      kind: 'overrideRefused',
      code: 'OVERRIDE_OF_ANOTHER_DAY',
      sentence: `The override is meant for ${day}, and ${now}. If it is still meant, set overrideDay to ${today}.`,
    };
  }
  if (taken === undefined || override.again === taken.execution.runId) return null;
  const { workflowId, runId } = taken.execution;
  return {
    kind: 'overrideRefused',
    code: 'OVERRIDE_USED',
    sentence: `The same override was taken at ${utc(taken.usedMs)} by execution ${workflowId} (run ${runId}). If it is meant once more, set again: "${runId}".`,
  };
}

/** Why a run that is at work with its override may not go on; null if it may: only a file can have changed. */
export function changedOverride(state: InterfaceState, request: Overriding): OverrideRefusal | null {
  const { override, execution } = request;
  if (override === undefined) return null;
  const taken = Object.entries(state.overrides ?? {}).find(([, one]) => sameExecution(one.execution, execution));
  if (taken === undefined || taken[0] === override.fingerprint) return null;
  return {
    kind: 'overrideRefused',
    code: 'TICKET_LIST_INVALID',
    sentence:
      'The list of tickets in the file has changed since the run began, so the rest of it was not sent. What was sent stays sent. Start one execution with the file as it is now.',
  };
}

/** The run goes, and has taken its override: also if it is terminated, or fails. */
export function withOverrideTaken(state: InterfaceState, request: Overriding, nowMs: number): InterfaceState {
  const { override, organization, function: name, internalName, execution } = request;
  if (override === undefined) return state;
  const known = state.overrides?.[override.fingerprint];
  if (known !== undefined && sameExecution(known.execution, execution)) return state;
  const others = Object.entries(state.overrides ?? {}).filter(
    ([other, { usedMs }]) => other !== override.fingerprint && nowMs - usedMs <= rememberedMs,
  );
  const taken: TakenOverride = {
    organization,
    function: name,
    internalName,
    execution,
    day: override.day,
    usedMs: nowMs,
  };
  return {
    ...state,
    overrides: Object.fromEntries([...others.slice(1 - mostRemembered), [override.fingerprint, taken]]),
  };
}

/** The one that was taken last. */
export function lastOverride(state: InterfaceState): TakenOverride | undefined {
  return Object.values(state.overrides ?? {}).at(-1);
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
