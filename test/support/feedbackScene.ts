import { interfaceWorkflowId } from '../../src/domain/functions.js';
import { interfaceWorkflowType } from '../../src/domain/interfaceMessages.js';
import type { FunctionState, InterfaceState } from '../../src/domain/interfaceState.js';
import { parkingKey, type ParkedTicket } from '../../src/domain/parking.js';
import { viewS360, type S360View } from './feedbackView.js';
import { World, type WorldOptions } from './world.js';

/** A world with a worker, whose tickets are injected; nothing of the feedback has been retrieved. */
export interface FeedbackScene {
  readonly world: World;
  /** TIXNGO's ids of all that were injected. */
  readonly ids: readonly string[];
  readonly before: S360View;
  readonly endWorker: () => Promise<void>;
}

export async function startFeedbackScene(options: WorldOptions = {}): Promise<FeedbackScene> {
  const world = await World.start({
    ...options,
    // Nothing is struck here, so no call need be given up soon.
    configuration: { ...options.configuration, root: { writeTimeoutSeconds: 10, ...options.configuration?.root } },
    s360: { tickets: 100, checkAnswers: false, ...options.s360 },
    tixngo: { checkAnswers: false, ...options.tixngo },
  });
  const endWorker = await world.worker();
  await world.run();
  const ids = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
  return { world, ids, before: await viewS360(world), endWorker };
}

/** What is parked of the feedback. */
export async function parkedOf(world: World): Promise<ParkedTicket[]> {
  const { functions } = await world.interfaceState();
  return Object.values(functions['FCDEMO/retrieveTicketStatus']?.parked ?? {});
}

/** The pauses of all parked tickets are over: the interface goes on from its own state, with everything parked a day earlier. */
export async function letPausesPass(world: World): Promise<void> {
  await changeParked(world, (ticket) => ({ ...ticket, sinceMs: ticket.sinceMs - 24 * 3_600_000 }));
}

/** The interface goes on from its own state, with other parked tickets. */
export async function changeParked(world: World, change: (ticket: ParkedTicket) => ParkedTicket): Promise<void> {
  const state = await world.interfaceState();
  const functions = Object.entries(state.functions).map(([key, fn]): [string, FunctionState] => {
    const parked = Object.values(fn.parked).map(change);
    return [key, { ...fn, parked: Object.fromEntries(parked.map((ticket) => [parkingKey(ticket), ticket])) }];
  });
  const changed: InterfaceState = { ...state, functions: Object.fromEntries(functions) };
  const workflowId = interfaceWorkflowId(world.institution);
  await world.client.workflow.getHandle(workflowId).terminate('test: goes on from another state');
  await world.client.workflow.start(interfaceWorkflowType, {
    taskQueue: world.taskQueue,
    workflowId,
    args: [{ institution: world.institution, state: changed }],
  });
}
