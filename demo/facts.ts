import type { DemoExecution } from './demoExecution.js';
import type { FunctionRun } from './executions.js';
import { endStateOf } from './executions.js';
import { secondCardsWroteNothing } from './cardStory.js';
import { gatesWentAsTold } from './gateStory.js';
import { secondRetrieveStoredNothing, type FeedbackStory } from './feedbackStory.js';
import { sharedEnvironment, startFormOf } from './report.js';
import { isGood, secondInjectionWroteNothing, toldOnceEach, type Story } from './story.js';
import type { Week } from './week/week.js';

/** For machines: what ran, counts, differences, execution ids, addresses. No person, no key. */
export function facts({ parts, steps, executions }: Week, story: Story, ran: object): object {
  const { injections, cards, feedback, push, friday, gates, laterRetrieves, comparison, notifications, faults } = story;
  return {
    ok: isGood(story),
    ran,
    institution: parts.institution,
    organization: parts.organization,
    taskQueue: parts.taskQueue,
    steps: steps.map(({ day, time, caption }) => `${day} ${time} ${caption}`),
    executions: executions.map(({ function: name, workflowId, schedule }) => ({
      function: name,
      workflowId,
      schedule,
    })),
    sold: story.sold,
    injection: injections.map(runFacts),
    secondRunWroteNothing: secondInjectionWroteNothing(story),
    digitalPrivileges:
      cards === null
        ? null
        : {
            sold: { seasonCards: cards.seasonCards, membershipCards: cards.membershipCards },
            runs: [cards.first, cards.second].map(runFacts),
            tickets: runFacts(cards.tickets),
            secondRunWroteNothing: secondCardsWroteNothing(cards),
          },
    friday: friday.map(runFacts),
    pushControlled:
      gates === null
        ? null
        : {
            gates: {
              inTime: gates.inTime.controlled,
              late: gates.late.controlled,
              again: gates.late.again,
              refused: gates.late.refused,
              cards: gates.cards,
            },
            runs: gates.runs.map(runFacts),
            lastRunWroteNothing: gatesWentAsTold(gates),
          },
    retrieveTicketStatus:
      feedback === null
        ? null
        : {
            spectators: spectatorFacts(feedback),
            runs: [feedback.first, feedback.second, ...laterRetrieves].map(runFacts),
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
