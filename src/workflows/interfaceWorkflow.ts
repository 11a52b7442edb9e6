import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import { unsentMails, withoutMails, type Mail } from '../domain/alerts.js';
import { inputProblem } from '../domain/inputCheck.js';
import {
  nothingWasPaused,
  claimUpdateName,
  closeUpdateName,
  pauseUpdateName,
  reportUpdateName,
  reserveUpdateName,
  resumeUpdateName,
  functionCalmQueryName,
  askWaitQueryName,
  stateQueryName,
  unsentMailsQueryName,
  type InterfaceStart,
} from '../domain/interfaceMessages.js';
import { reserve, type CallsAnswer, type CallsRequest } from '../domain/callReservations.js';
import { claim } from '../domain/claim.js';
import type { ClaimAnswer, ClaimRequest } from '../domain/claimRequest.js';
import { close, type CloseAnswer, type CloseRequest } from '../domain/closing.js';
import { functionCalm, type FunctionCalm } from '../domain/doubt.js';
import { freshState, type FunctionKey, type InterfaceState, type Wait } from '../domain/interfaceState.js';
import { pause, pauseScope, resume } from '../domain/pauses.js';
import { report, type StretchReport } from '../domain/stretchReport.js';
import { askWait, type WaitAnswer } from '../domain/waits.js';
import {
  pauseInputShape,
  resumeInputShape,
  scopeProblem,
  type PauseInput,
  type ResumeInput,
} from '../domain/pauseInput.js';
import { interfaceDetails } from '../domain/runReport.js';
import { Mailing } from './mailing.js';

const claimUpdate = defineUpdate<ClaimAnswer, [ClaimRequest]>(claimUpdateName);
const reportUpdate = defineUpdate<undefined, [StretchReport]>(reportUpdateName);
const reserveUpdate = defineUpdate<CallsAnswer, [CallsRequest]>(reserveUpdateName);
const closeUpdate = defineUpdate<CloseAnswer, [CloseRequest]>(closeUpdateName);
const pauseUpdate = defineUpdate<string, [PauseInput | undefined]>(pauseUpdateName);
const resumeUpdate = defineUpdate<string, [ResumeInput | undefined]>(resumeUpdateName);
const functionCalmQuery = defineQuery<FunctionCalm, [FunctionKey]>(functionCalmQueryName);
const askWaitQuery = defineQuery<WaitAnswer, [FunctionKey, Wait]>(askWaitQueryName);
const unsentMailsQuery = defineQuery<readonly Mail[]>(unsentMailsQueryName);
const stateQuery = defineQuery<InterfaceState>(stateQueryName);

/**
 * The durable state of one institution's interface, `interface/<institution>`: who works, whether in doubt, pauses, parked tickets,
 * last runs, call budgets. It lives for ever (a new run at least daily) and is started by the first function that asks it.
 * Its current details are the state of the whole interface; an engineer pauses and resumes functions here with updates.
 */
export async function interfaceWorkflow(start: InterfaceStart): Promise<void> {
  let state = start.state ?? freshState;
  const become = (next: InterfaceState): void => {
    state = next;
    setCurrentDetails(interfaceDetails(start.institution, state));
  };
  become(state);

  setHandler(functionCalmQuery, (key) => functionCalm(state, key), {
    description: 'Used by the functions: whether another one could still be sending.',
  });
  setHandler(askWaitQuery, (key, wait) => askWait(state, key, wait), {
    description: 'Used by the functions: whether an execution is to go on waiting for TIXNGO.',
  });
  setHandler(unsentMailsQuery, () => unsentMails(state), {
    description: 'Used by the interface itself: e-mails to the recipients that are not sent yet.',
  });
  setHandler(stateQuery, () => state, { description: 'The whole state as JSON.' });
  setHandler(
    claimUpdate,
    (request) => {
      const { state: next, answer } = claim(state, request, Date.now());
      become(next);
      return answer.kind === 'go' ? { ...answer, interfaceChain: workflowInfo().firstExecutionRunId } : answer;
    },
    { description: 'Used by the functions: asks for permission to work one stretch.', validator: byFunctionsOnly },
  );
  setHandler(
    reportUpdate,
    (news) => {
      become(report(state, news, Date.now()));
      return undefined;
    },
    { description: 'Used by the functions: an attempt has stopped, with what it parked.', validator: byFunctionsOnly },
  );
  setHandler(
    closeUpdate,
    (request) => {
      const { state: next, answer } = close(state, request, Date.now());
      become(next);
      return answer;
    },
    { description: 'Used by the functions: ends a run.', validator: byFunctionsOnly },
  );
  setHandler(
    reserveUpdate,
    (request) => {
      const { state: next, answer } = reserve(state, request, Date.now());
      become(next);
      return answer;
    },
    {
      description: 'Used by the functions: reserves calls for a wait, under the limit that all workers share.',
      validator: (request?: Partial<CallsRequest>) => {
        refuse(fromAFunction(request) ? null : forFunctionsOnly);
      },
    },
  );
  setHandler(
    pauseUpdate,
    (input) => {
      if (input === undefined) throw new Error('the validator lets no missing input pass');
      const scope = pauseScope({
        organization: input.organization ?? undefined,
        function: input.function ?? undefined,
      });
      become(pause(state, scope, { by: input.by, why: input.why, sinceMs: Date.now() }));
      const known = Object.values(state.functions).some(
        (fn) => scope === '*' || fn.organization === input.organization,
      );
      const warning = known
        ? ''
        : ` No execution of ${String(input.organization)} is known here yet: check the spelling.`;
      return `Paused: ${scope === '*' ? 'everything' : scope}.${warning} Running executions stop within half a minute; new ones end as SKIPPED. Resume with the update "resume".`;
    },
    {
      description: `Pauses everything, one organization, or one function of it. Example: ${JSON.stringify(pauseInputShape.example)}`,
      validator: (input?: PauseInput) => {
        refuse(inputProblem(input, pauseInputShape) ?? scopeProblem(input ?? {}));
      },
    },
  );
  setHandler(
    resumeUpdate,
    (input) => {
      const scope = pauseScope({
        organization: input?.organization ?? undefined,
        function: input?.function ?? undefined,
      });
      const next = resume(state, scope);
      const words = scope === '*' ? 'everything' : scope;
      if (next === state) {
        const paused = Object.keys(state.pauses).map((key) => (key === '*' ? 'everything (empty input)' : key));
        return `${nothingWasPaused} ${words}. Paused now: ${paused.length === 0 ? 'nothing' : paused.join(', ')}.`;
      }
      become(next);
      return `Resumed: ${words}. The next execution works again.`;
    },
    {
      description: `Resumes what was paused, with the same scope. Example: ${JSON.stringify(resumeInputShape.example)}, or nothing for everything.`,
      validator: (input?: ResumeInput) => {
        refuse(inputProblem(input, resumeInputShape) ?? scopeProblem(input ?? {}));
      },
    },
  );

  const mailing = new Mailing(
    start.institution,
    () => unsentMails(state).length > 0,
    (ids) => {
      become(withoutMails(state, ids));
    },
  );
  await condition(() => workflowInfo().continueAsNewSuggested, '24h');
  await mailing.stop();
  await condition(allHandlersFinished);
  await continueAsNew<typeof interfaceWorkflow>({ institution: start.institution, state });
}

const forFunctionsOnly =
  'This update is for the functions only. To stop or go on, use the updates "pause" and "resume".';

/** The Web UI offers these updates to a person too; one sent by hand must not make the workflow stumble. */
function byFunctionsOnly(request?: Partial<ClaimRequest>): void {
  const complete =
    fromAFunction(request) && typeof request?.organization === 'string' && typeof request.function === 'string';
  refuse(complete ? null : forFunctionsOnly);
}

function fromAFunction(request?: Partial<CallsRequest>): boolean {
  return (
    typeof request === 'object' &&
    typeof request.execution?.runId === 'string' &&
    typeof request.writer?.activityId === 'string'
  );
}

function refuse(problem: string | null): void {
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, 'INPUT_INVALID');
}
