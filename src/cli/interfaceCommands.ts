import { setTimeout as pause } from 'node:timers/promises';

import {
  QueryRejectedError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';

import type { Configuration } from '../config/schema.js';
import { interfaceWorkflowId } from '../domain/functions.js';
import {
  interfaceWorkflowType,
  pauseUpdateName,
  resumeUpdateName,
  stateQueryName,
  type InterfaceStart,
} from '../domain/interfaceMessages.js';
import type { InterfaceState } from '../domain/interfaceState.js';
import { pauseInputShape, resumeInputShape, scopeProblem } from '../domain/pauseInput.js';
import type { InputShape } from '../domain/inputCheck.js';
import type { Say } from '../temporal/say.js';
import { noWorkerSentence, pollerCount } from './pollers.js';
import { UsageError } from './readInput.js';

/** Commands to the interface workflow of an institution, which holds the state of all its functions. */
export const interfaceCommands = {
  pause: { does: 'pauses everything, one organization or one function of it', shape: pauseInputShape },
  resume: { does: 'resumes what was paused, with the same scope', shape: resumeInputShape },
  state: {
    does: 'shows who works, what is paused and parked, and the last runs',
    shape: { name: 'Input of state', fields: {}, example: {} },
  },
} as const satisfies Record<string, { readonly does: string; readonly shape: InputShape }>;

export type InterfaceCommand = keyof typeof interfaceCommands;

export function isInterfaceCommand(name: string): name is InterfaceCommand {
  return Object.hasOwn(interfaceCommands, name);
}

/** The institution that is meant: the one that was named, else the only one of the configuration. */
export function chosenInstitution(configuration: Configuration, named: string | undefined): string {
  const codes = configuration.institutions.map(({ code }) => code);
  const code = named ?? (codes.length === 1 ? codes[0] : undefined);
  if (code !== undefined && codes.includes(code)) return code;
  const problem = code === undefined ? 'several institutions are configured' : `${code} is not configured`;
  throw new UsageError(`--institution: ${problem}; expected one of: ${codes.join(', ')}`);
}

/** A pause of a misspelt organization would stop nobody, and whoever typed it would believe that all is quiet. */
export function requireOrganization(
  configuration: Configuration,
  institution: string,
  input: Readonly<Record<string, unknown>> | undefined,
): void {
  const named = input?.['organization'];
  const codes = configuration.institutions
    .filter(({ code }) => code === institution)
    .flatMap(({ organizations }) => organizations.map(({ code }) => code));
  if (typeof named !== 'string' || codes.includes(named)) return;
  throw new UsageError(
    `Nothing was paused: the configuration has no such organization; expected one of: ${codes.join(', ')}`,
  );
}

/** What to type to resume what was paused with this scope. */
export function resumeCommand({ organization, function: name }: Readonly<Record<string, unknown>>): string {
  const input = JSON.stringify({ organization: organization ?? undefined, function: name ?? undefined });
  return `npm start -- resume${input === '{}' ? '' : ` '${input}'`}`;
}

/** As the state writes it: `*` for everything, an organization, or `organization/function`. */
export function scopeFromState(text: string): Readonly<Record<string, unknown>> {
  if (text === '*') return {};
  const [organization, name] = text.split('/');
  return { organization, function: name };
}

export interface CommandPlace {
  readonly client: Client;
  readonly institution: string;
  readonly taskQueue: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: Say;
}

/** Pauses or resumes, also before any function has run. @returns the answer of the interface workflow, a sentence */
export async function pauseOrResume(
  place: CommandPlace,
  command: 'pause' | 'resume',
  input: Readonly<Record<string, unknown>> | undefined,
): Promise<string> {
  if (command === 'pause' && input === undefined) {
    throw new UsageError(`Input of pause is missing: expected '${JSON.stringify(pauseInputShape.example)}'`);
  }
  const problem = scopeProblem(input ?? {});
  if (problem !== null) throw new UsageError(problem);
  const { client, institution, taskQueue } = place;
  type Start = (start: InterfaceStart) => Promise<void>;
  const answer = client.workflow.executeUpdateWithStart<Start, string, [unknown]>(
    command === 'pause' ? pauseUpdateName : resumeUpdateName,
    {
      args: [input],
      startWorkflowOperation: new WithStartWorkflowOperation<Start>(interfaceWorkflowType, {
        workflowId: interfaceWorkflowId(institution),
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue,
        args: [{ institution }],
        staticSummary: `Interface of institution ${institution}`,
      }),
    },
  );
  try {
    return await withWorkerHint(place, answer);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw new UsageError(error.cause?.message ?? error.message);
    throw error;
  }
}

/** @returns null if the interface has never run */
export async function interfaceState(place: CommandPlace): Promise<InterfaceState | null> {
  const handle = place.client.workflow.getHandle(interfaceWorkflowId(place.institution));
  try {
    return await withWorkerHint(place, handle.query<InterfaceState>(stateQueryName));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    if (error instanceof QueryRejectedError || (await pollerCount(place.client, place.taskQueue)) === 0) {
      throw new UsageError(noWorkerSentence(0, place.environment, place.taskQueue).split('\nIt goes on')[0] ?? '');
    }
    throw error;
  }
}

/** Says within five seconds that nobody answers because no worker is there. */
async function withWorkerHint<T>(place: CommandPlace, answer: Promise<T>): Promise<T> {
  const first = await Promise.race([answer.then(() => true), pause(2_000, false)]);
  if (!first) {
    const pollers = await pollerCount(place.client, place.taskQueue).catch(() => 1);
    place.say(noWorkerSentence(pollers, place.environment, place.taskQueue));
  }
  return await answer;
}
