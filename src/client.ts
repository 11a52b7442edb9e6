/**
 * `npm start -- <workflow> [json]`: starts one execution and waits for it, or previews one, or pauses, resumes or shows the interface, or sets
 * its schedules.
 */
import { Command } from '@commander-js/extra-typings';

import { ConfigurationError, configurationFile, loadConfiguration } from './config/load.js';
import type { Configuration } from './config/schema.js';
import { chosenTarget, chosenTaskQueue, connectTemporal, TemporalUnreachable } from './connectTemporal.js';
import { interfaceWorkflowId } from './domain/functions.js';
import { nothingWasPaused } from './domain/interfaceMessages.js';
import { overrideExample } from './domain/overrideInput.js';
import { interfaceDetails } from './domain/runReport.js';
import {
  chosenInstitution,
  interfaceCommands,
  interfaceState,
  isInterfaceCommand,
  pauseOrResume,
  requireOrganization,
  resumeCommand,
  scopeFromState,
  type CommandPlace,
  type InterfaceCommand,
} from './cli/interfaceCommands.js';
import { holderTroubles } from './cli/holderTrouble.js';
import { readInput, UsageError } from './cli/readInput.js';
import { runScheduleCommand, scheduleCommandOf, scheduleCommands } from './cli/scheduleCommands.js';
import { endingText } from './cli/showEnding.js';
import { isStartable, startableFunctions, type StartableName } from './cli/startableFunctions.js';
import { startFunction } from './cli/startFunction.js';
import { watchExecution, type Ending } from './cli/watchExecution.js';
import { webUiOf, type WebUi } from './cli/webUi.js';
import { ScheduleConflict } from './schedules/schedulePlan.js';
import { TemporalSettingsError } from './temporal/connect.js';
import { SearchAttributesMissingError } from './temporal/ensureSearchAttributes.js';
import { messageOf, sayOnStderr } from './temporal/say.js';

const taskQueue = chosenTaskQueue(process.env);

const command = new Command('npm start --')
  .description('Starts a function of the interface, waits for its end and shows its progress.')
  .usage('<workflow> [json] [options]')
  .argument('<workflow>', 'a function to start, or preview, pause, resume, state, schedules')
  .argument(
    '[json]',
    'its input: one JSON object in single quotes; nothing means: as configured; of schedules: plan or apply; of preview: the function',
  )
  .argument('[preview]', 'of preview: the input of the function')
  .option('--institution <code>', 'for pause, resume, state (default: the only one of INTERFACE_CONFIG)')
  .option('--json', 'print the result as one line of JSON', false)
  .addHelpText('after', helpText())
  .parse();

const [what, json, previewed] = command.processedArgs;
const options = command.opts();

try {
  process.exitCode = await main();
} catch (error) {
  const known =
    error instanceof UsageError ||
    error instanceof ScheduleConflict ||
    error instanceof ConfigurationError ||
    error instanceof TemporalSettingsError ||
    error instanceof TemporalUnreachable ||
    error instanceof SearchAttributesMissingError;
  process.stderr.write(`${known ? error.message : `It failed unexpectedly: ${messageOf(error)}`}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  if (what === 'preview') return await previewFunction();
  if (previewed !== undefined) throw new UsageError(`${what}: expected at most one argument more, got two`);
  if (isInterfaceCommand(what)) return await toInterface(what);
  if (isStartable(what)) return await runFunction(what, readInput(json, startableFunctions[what].shape));
  if (what === 'schedules') return await setSchedules();
  const commands = ['preview', ...Object.keys(interfaceCommands), 'schedules'];
  const known = [...Object.keys(startableFunctions), ...commands].join(', ');
  throw new UsageError(`Unknown workflow; expected one of: ${known}. Examples: npm start -- --help`);
}

/** The whole way of a function, with writers that refuse. */
async function previewFunction(): Promise<number> {
  if (json === undefined || !isStartable(json)) {
    const known = Object.keys(startableFunctions).join(', ');
    throw new UsageError(`preview: expected one of: ${known}; such as: npm start -- preview pushCancelled`);
  }
  const input = readInput(previewed, startableFunctions[json].shape);
  return await runFunction(json, { ...input, simulation: true });
}

async function runFunction(name: StartableName, input: Record<string, unknown> | undefined): Promise<number> {
  return await connected(async ({ client }, ui) => {
    const started = await startFunction(client, name, input, taskQueue);
    const link = ui?.execution(started.workflowId, started.runId) ?? null;
    sayOnStderr(`Started ${started.workflowId}${link === null ? '' : `\n  ${link}`}`);
    const where = link === null ? 'in the Web UI' : `at ${link}`;
    sayWhenInterrupted(`The execution goes on without this terminal; watch, cancel or terminate it ${where}`);
    const ending = await watchExecution(client, started, taskQueue, process.env, sayOnStderr);
    const { workflowId, runId } = started;
    print(endingText(ending, link, name), {
      workflowId,
      runId,
      workflowType: name,
      taskQueue,
      url: link,
      ...factsOf(ending),
    });
    return ending.kind === 'completed' ? 0 : 1;
  });
}

function factsOf(ending: Ending): object {
  return ending.kind === 'completed'
    ? { status: 'completed', ...ending.result }
    : { status: 'failed', error: { code: ending.code, message: ending.message } };
}

async function toInterface(name: InterfaceCommand): Promise<number> {
  const input = readInput(json, interfaceCommands[name].shape);
  const configuration = await saidConfiguration();
  const institution = chosenInstitution(configuration, options.institution);
  if (name === 'pause') requireOrganization(configuration, institution, input);
  return await connected(async (common, ui) => {
    const place = { ...common, institution };
    const id = interfaceWorkflowId(institution);
    if (name === 'state') {
      const state = await interfaceState(place);
      const text =
        state === null
          ? `The interface of ${institution} has not run yet: nothing is paused, parked or at work.`
          : interfaceDetails(institution, state)
              .replaceAll(/\*\*|```\n?|`/g, '')
              .trimEnd();
      const troubles = await holderTroubles(common.client, state);
      print([text, ...troubles].join('\n\n'), { institution, workflowId: id, state, troubles });
      for (const scope of Object.keys(state?.pauses ?? {}))
        sayOnStderr(`Resume with: ${resumeCommand(scopeFromState(scope))}`);
    } else {
      sayWhenInterrupted(`The ${name} may still take effect; look with: npm start -- state`);
      const answer = await pauseOrResume(place, name, input);
      print(answer, { institution, workflowId: id, answer });
      if (name === 'pause') sayOnStderr(`Resume with: ${resumeCommand(input ?? {})}`);
      else if (answer.startsWith(nothingWasPaused)) {
        for (const scope of Object.keys((await interfaceState(place))?.pauses ?? {}))
          sayOnStderr(`Resume with: ${resumeCommand(scopeFromState(scope))}`);
        return 1;
      }
    }
    if (ui !== null) sayOnStderr(`Web UI: ${ui.execution(id)}`);
    return 0;
  });
}

/** Which one it is decides what is paused, and which schedules are wanted: a terminal without the variable has the example. */
async function saidConfiguration(): Promise<Configuration> {
  if ((process.env['INTERFACE_CONFIG'] ?? '') === '') {
    sayOnStderr(`Configuration: ${configurationFile(process.env)} (the example; INTERFACE_CONFIG names yours)`);
  }
  return await loadConfiguration(process.env);
}

async function setSchedules(): Promise<number> {
  const name = scheduleCommandOf(json);
  const configuration = await saidConfiguration();
  return await connected(async ({ client }) => {
    const { text, facts } = await runScheduleCommand(name, client, configuration, taskQueue);
    print(text, facts);
    return 0;
  });
}

async function connected(
  work: (place: Omit<CommandPlace, 'institution'>, ui: WebUi | null) => Promise<number>,
): Promise<number> {
  const target = await chosenTarget();
  const { client, close } = await connectTemporal(target);
  try {
    const common = { client, taskQueue, environment: process.env, say: sayOnStderr };
    return await work(common, webUiOf(process.env, target));
  } finally {
    await close();
  }
}

function print(text: string, facts: object): void {
  process.stdout.write(`${options.json ? JSON.stringify(facts) : text}\n`);
}

/** Ctrl-C ends the watching only: what was asked for belongs to Temporal, not to this terminal. */
function sayWhenInterrupted(sentence: string): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    // Not once: npm passes the signal on a second time, which would then end the process before it has said anything.
    process.on(signal, () => {
      process.stderr.write(`\n${sentence}\n`);
      process.exit(code);
    });
  }
}

function helpText(): string {
  const lines = (entries: [string, { does: string; shape: { example: object } }][]): string[] =>
    entries.flatMap(([name, { does, shape }]) => [
      `  ${name}: ${does}`,
      ...(isStartable(name) ? [`      npm start -- ${name}`] : []),
      `      npm start -- ${name}${Object.keys(shape.example).length === 0 ? '' : ` '${JSON.stringify(shape.example)}'`}`,
    ]);
  return [
    '',
    'Workflows:',
    ...lines(Object.entries(startableFunctions)),
    '',
    'Previews: what would become of how many tickets and why, and how many people would be told. Nothing is written, in either system:',
    '      npm start -- preview ticketsExternalPrinting',
    `      npm start -- preview pushCancelled '${JSON.stringify(overrideExample)}'`,
    '',
    'Commands to the interface:',
    ...lines(Object.entries(interfaceCommands)),
    '',
    'Schedules of the functions, as the configuration has them:',
    ...Object.entries(scheduleCommands).map(([name, does]) => `  npm start -- schedules ${name}: ${does}`),
    '',
    'Exit status: 0 for OK, WARNING and SKIPPED (the result says which), 1 if it failed or could not start.',
    'Environment: TEMPORAL_ADDRESS or a Temporal profile (default: the server of npm run temporal), TEMPORAL_UI_URL,',
    'TASK_QUEUE (default s360-tixngo), INTERFACE_CONFIG, NO_COLOR.',
  ].join('\n');
}
