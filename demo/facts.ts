import type { FunctionRun, DemoExecution } from './executions.js';
import { endStateOf } from './executions.js';
import type { Parts } from './parts.js';
import { secondRetrieveStoredNothing, type FeedbackStory } from './feedbackStory.js';
import { sharedEnvironment, startFormOf } from './report.js';
import { isGood, secondInjectionWroteNothing, toldOnceEach, type Story } from './story.js';

/** For machines: what ran, counts, differences, execution ids, addresses. No person, no key. */
export function facts(parts: Parts, story: Story, ran: object): object {
  const { injections, feedback, push, lastRetrieve, comparison, notifications, faults } = story;
  return {
    ok: isGood(story),
    ran,
    institution: parts.institution,
    organization: parts.organization,
    taskQueue: parts.taskQueue,
    injection: injections.map(runFacts),
    secondRunWroteNothing: secondInjectionWroteNothing(story),
    retrieveTicketStatus:
      feedback === null
        ? null
        : {
            spectators: spectatorFacts(feedback),
            runs: [feedback.first, feedback.second, ...(lastRetrieve === null ? [] : [lastRetrieve])].map(runFacts),
            secondRunStoredNothing: secondRetrieveStoredNothing(feedback),
          },
    pushCancelled:
      push === null
        ? null
        : {
            boxOffice: push.plan,
            runs: [push.first, ...(push.second === null ? [] : [push.second])].map(runFacts),
            whileOnePhoneWasOffline: push.meanwhile,
          },
    comparison,
    notifications,
    toldOnceEach: toldOnceEach(story),
    faults,
    addresses: {
      temporal: parts.target.address,
      namespace: parts.target.namespace,
      webUi: parts.ui?.url ?? null,
      startForm: startFormOf(parts),
      s360: parts.s360Url,
      tixngo: parts.tixngoUrl,
    },
    environment: sharedEnvironment(parts),
    database: parts.server?.database.file ?? null,
    processes: { demo: process.pid, ...parts.processes },
  };
}

/** Tickets, and nobody's e-mail. */
function spectatorFacts({ plan, downloaded }: FeedbackStory): object {
  const ids = (tickets: readonly { readonly ticketId: string }[]): string[] => tickets.map(({ ticketId }) => ticketId);
  return {
    downloaded,
    assigned: plan.assigned,
    accepted: ids(plan.accepted),
    givenBack: plan.givenBack?.ticketId ?? null,
    refused: ids(plan.refused),
    lapsed: ids(plan.lapsed),
    open: ids(plan.open),
    example: plan.example,
  };
}

export function runFacts({ executions, seconds, writes }: FunctionRun): object {
  return { executions: executions.map(executionFacts), seconds, writes };
}

function executionFacts(execution: DemoExecution): object {
  const { workflowId, runId, url, ending } = execution;
  const outcome =
    ending.kind === 'completed'
      ? {
          counts: ending.result.counts,
          parkedReasons: ending.result.parkedReasons,
          message: ending.result.message,
        }
      : { error: { code: ending.code, message: ending.message } };
  return { function: execution.function, workflowId, runId, url, endState: endStateOf(execution), ...outcome };
}
