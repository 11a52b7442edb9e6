import { mkdirSync, writeFileSync } from 'node:fs';

import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TimeSkippingWorkflowClient } from '@temporalio/testing/lib/client.js';
import { afterEach, describe, expect, it } from 'vitest';

import { startTimeSkippingServer } from '../../src/temporal/testServer.js';
import { decodePayloads } from '../support/decodedHistory.js';
import { HeldWrite } from '../support/heldWrite.js';
import { sellCards } from '../support/privileges.js';
import { resetExecution } from '../support/resetExecution.js';
import { startSmtpServer } from '../support/smtpServer.js';
import { addOurSearchAttributes } from '../support/searchAttributesOfTestServer.js';
import { today } from '../support/today.js';
import { until, World, type WorldOptions } from '../support/world.js';

export const historiesFolder = new URL('../histories/', import.meta.url);

/** Every kind of execution whose history is kept: the name of its file, and what its events say in their order, payloads decoded. */
export const histories = {
  'injection-cancelled': /ACTIVITY_TASK_CANCELED.*WORKFLOW_EXECUTION_CANCELED/,
  'injection-failed-configuration': /WORKFLOW_EXECUTION_FAILED.*"type":"POINT_OF_SALES_UNKNOWN"/,
  'injection-failed-contract': /WORKFLOW_EXECUTION_FAILED.*"type":"CONTRACT_BROKEN"/,
  'injection-failed-input': /WORKFLOW_EXECUTION_FAILED.*"type":"INPUT_INVALID"/,
  'injection-nothing-to-do': /WORKFLOW_EXECUTION_COMPLETED.*"sent":0/,
  'injection-reset': /RESET_WORKFLOW.*"name":"ticketsExternalPrintingStretch".*WORKFLOW_EXECUTION_COMPLETED/,
  'injection-several-stretches': /(?:ACTIVITY_TASK_COMPLETED.*){2}WORKFLOW_EXECUTION_COMPLETED/,
  'injection-skipped-paused': /WORKFLOW_EXECUTION_COMPLETED.*"endState":"SKIPPED"/,
  'injection-warning-retried': /"attempt":[2-9],"lastFailure".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"WARNING"/,
  'interface-definitions-and-override':
    /"name":"claim".*"fingerprint".*"definitions":\{"organizer".*"name":"reserveCalls"/,
  'interface-mails': /"name":"close".*"name":"sendMails".*ACTIVITY_TASK_COMPLETED/,
  interface: /"name":"close".*"name":"pause".*"name":"resume"/,
  'override-date-from': /"dateFrom".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"OK"/,
  'override-refused': /"forceTickets".*WORKFLOW_EXECUTION_FAILED.*"type":"OVERRIDE_USED"/,
  'override-several-stretches': /"forceTickets".*(?:ACTIVITY_TASK_COMPLETED.*){2}WORKFLOW_EXECUTION_COMPLETED/,
  preview: /"name":"previewFunction".*WORKFLOW_EXECUTION_COMPLETED.*"message":"PREVIEW: .*"preview":\{"tickets":\[\{/,
  'preview-failed': /"name":"previewFunction".*WORKFLOW_EXECUTION_FAILED.*"type":"POINT_OF_SALES_UNKNOWN"/,
  'preview-retried': /"name":"previewFunction".*"attempt":[2-9],"lastFailure".*WORKFLOW_EXECUTION_COMPLETED/,
  'privileges-failed-configuration': /WORKFLOW_EXECUTION_FAILED.*"type":"POINT_OF_SALES_UNKNOWN"/,
  'privileges-failed-input': /WORKFLOW_EXECUTION_FAILED.*"type":"INPUT_INVALID"/,
  'privileges-nothing-to-do': /WORKFLOW_EXECUTION_COMPLETED.*"sent":0/,
  'privileges-several-stretches': /(?:ACTIVITY_TASK_COMPLETED.*){2}WORKFLOW_EXECUTION_COMPLETED.*"definitions":1/,
  'push-cancelled-cancelled-while-waiting': /"name":"waitForDeletion".*WORKFLOW_EXECUTION_CANCELED/,
  'push-cancelled-confirmed': /"name":"waitForDeletion".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"OK"/,
  'push-cancelled-failed-configuration': /WORKFLOW_EXECUTION_FAILED.*"type":"ACCESS_REFUSED"/,
  'push-cancelled-failed-contract': /WORKFLOW_EXECUTION_FAILED.*"type":"CONTRACT_BROKEN"/,
  'push-cancelled-failed-input': /WORKFLOW_EXECUTION_FAILED.*"type":"INPUT_INVALID"/,
  'push-cancelled-key-refused-while-waiting':
    /"name":"waitForDeletion".*API_KEY_WRONG.*"name":"waitForDeletion".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"OK"/,
  'push-cancelled-nothing-to-do': /WORKFLOW_EXECUTION_COMPLETED.*"sent":0/,
  'push-cancelled-reset': /RESET_WORKFLOW.*"name":"pushCancelledStretch".*WORKFLOW_EXECUTION_COMPLETED/,
  'push-cancelled-reset-while-waiting': /RESET_WORKFLOW.*"name":"waitForDeletion".*WORKFLOW_EXECUTION_COMPLETED/,
  'push-cancelled-retried': /"attempt":[2-9],"lastFailure".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"OK"/,
  'push-cancelled-skipped-paused': /WORKFLOW_EXECUTION_COMPLETED.*"endState":"SKIPPED"/,
  'push-cancelled-waiting': /"name":"waitForDeletion"(?!.*EVENT_TYPE)/,
  'push-cancelled-warning-at-the-deadline': /WORKFLOW_EXECUTION_COMPLETED.*"endState":"WARNING".*"notConfirmed":\["/,
  'push-controlled-failed-configuration': /WORKFLOW_EXECUTION_FAILED.*"type":"ACCESS_REFUSED"/,
  'push-controlled-failed-input': /WORKFLOW_EXECUTION_FAILED.*"type":"INPUT_INVALID"/,
  'push-controlled-nothing-to-do': /WORKFLOW_EXECUTION_COMPLETED.*"sent":0/,
  'push-controlled-reset': /RESET_WORKFLOW.*"name":"pushControlledStretch".*WORKFLOW_EXECUTION_COMPLETED/,
  'push-controlled-several-stretches': /(?:ACTIVITY_TASK_COMPLETED.*){2}WORKFLOW_EXECUTION_COMPLETED.*"sent":24/,
  'push-controlled-skipped-paused': /WORKFLOW_EXECUTION_COMPLETED.*"endState":"SKIPPED"/,
  'retrieve-contacts-in-their-turn':
    /"phase":"contacts".*"phase":"status".*"phase":"contacts".*WORKFLOW_EXECUTION_COMPLETED.*"endState":"OK"/,
  'retrieve-failed-at-the-contacts': /"phase":"contacts".*WORKFLOW_EXECUTION_FAILED.*"type":"ACCESS_REFUSED"/,
  'retrieve-failed-input': /WORKFLOW_EXECUTION_FAILED.*"type":"INPUT_INVALID"/,
  'retrieve-nothing-to-do': /WORKFLOW_EXECUTION_COMPLETED.*"offered":0/,
} as const;

export type HistoryName = keyof typeof histories;

export const historyNames = Object.keys(histories) as HistoryName[];

/** A recorded history as one line, payloads decoded. */
export function textOf(history: unknown): string {
  return JSON.stringify(decodePayloads(history)).replaceAll('\\', '');
}

/** An S-360 that speaks against its contract. */
const exportWithoutItems: WorldOptions = {
  s360: {
    tickets: 150,
    checkAnswers: false,
    around: async ({ name, context }, apply) =>
      name === 'dataExportService.executeExport' ? context.json({ exportedElements: 'none' }) : apply(),
  },
};

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await World.start({ s360: { tickets: 150 }, ...options });
  await world.worker();
}

/** @param handle of the run that is meant, or of the latest one */
async function record(name: HistoryName, handle: WorkflowHandle): Promise<void> {
  const history = await handle.fetchHistory();
  mkdirSync(historiesFolder, { recursive: true });
  // Addresses and ids of this machine's run mean nothing to a reader: the file is proof, not a document.
  const text = historyToJSON(history)
    .replace(/"\d+@[^"]+"/g, '"worker@recorded"')
    .replaceAll(process.cwd(), '/project');
  // A recording that misses its moment would be a proof of something else.
  expect(histories[name].test(textOf(JSON.parse(text))), `${name} shows what its name says`).toBe(true);
  writeFileSync(new URL(`${name}.json`, historiesFolder), text);
}

/** Whatever its end is, it is recorded. */
async function recordEnded(name: HistoryName, handle: WorkflowHandle): Promise<void> {
  await handle.result().catch(() => undefined);
  await record(name, handle);
}

/** A world whose sendable tickets are all injected and on their phones, with nothing left to push. */
async function startInjected(options: WorldOptions = {}): Promise<string[]> {
  const pushCancelled = { deletionFirstPauseSeconds: 1, ...options.configuration?.pushCancelled };
  await start({ ...options, configuration: { ...options.configuration, pushCancelled } });
  await world.run();
  // The data has cancelled tickets of its own.
  await world.runCancelled();
  await world.tixngo('phones/download', { all: true });
  return (await world.mobileTickets()).map(({ ticketId }) => ticketId);
}

function cancelInS360(ticketIds: readonly string[]): Promise<unknown> {
  return world.s360('box-office/cancel', { ticketIds: ticketIds.map(Number) });
}

/** An execution that has pushed a ticket and has looked for its confirmation in vain. */
async function startWaiting(options: WorldOptions = {}): Promise<WorkflowHandle> {
  const ticketIds = (await startInjected(options)).slice(0, 3);
  await world.tixngo('phones/offline', { ticketIds });
  await cancelInS360(ticketIds);
  const handle = await world.startCancelled();
  await until(async () => {
    const { raw } = await handle.describe();
    const wait = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'waitForDeletion');
    return wait?.heartbeatDetails?.payloads?.length === 1;
  });
  return handle;
}

/** Ten pages of two tickets are a stretch. */
const smallBatch = { pushControlled: { batchSize: 2 } };

/** A world with tickets that a gate has let in and nobody has pushed. @returns their ids */
async function startControlled(count: number, options: WorldOptions = {}): Promise<number[]> {
  const ticketIds = (await startInjected(options)).map(Number);
  // The data has controlled tickets of its own.
  await world.runFunction('pushControlled');
  const controlled = ticketIds.slice(0, count);
  await world.s360('gates/control', { ticketIds: controlled });
  return controlled;
}

async function pauseEverything(): Promise<void> {
  await world.client.workflow
    .getHandle(`interface/${world.institution}`)
    .executeUpdate('pause', { args: [{ by: 'test', why: 'recording' }] });
}

async function reset(handle: WorkflowHandle, point: Parameters<typeof resetExecution>[3]): Promise<WorkflowHandle> {
  return resetExecution(world, handle.workflowId, (await handle.describe()).runId, point);
}

/**
 * Records every history anew; with `-t 'recording previews'` behind the command, only those of one group, so that older ones go on to prove
 * that executions of an earlier version replay.
 */
export function recordHistories(): void {
  afterEach(() => world.close());

  describe('recording the feedback', () => {
    it('statuses and contacts, nothing to do, and an input that does not fit', async () => {
      const ids = await startInjected({ configuration: { s360: { contactsPerCall: 1, callsPerMinute: 30 } } });
      // Unlike the injection, it is to meet the limit: more contacts than one turn has calls for.
      await world.tixngo('spectators/transfer', { ticketIds: ids.slice(0, 12) });
      await recordEnded('retrieve-contacts-in-their-turn', await world.startRetrieve());
      await recordEnded('retrieve-nothing-to-do', await world.startRetrieve());
      const input = { fileToUpload: '../elsewhere.json' };
      await recordEnded('retrieve-failed-input', await world.startRetrieve(input));
    });

    it('failed at the contacts, when the statuses were stored', async () => {
      let refuse = false;
      const ids = await startInjected({
        s360: {
          tickets: 150,
          around: async ({ name, context }, apply) =>
            refuse && name.startsWith('contactInformation')
              ? context.json({ statusCode: 'error.forbidden' }, 403)
              : apply(),
        },
      });
      refuse = true;
      await world.tixngo('spectators/transfer', { ticketIds: ids.slice(0, 2) });
      await recordEnded('retrieve-failed-at-the-contacts', await world.startRetrieve());
    });
  });

  describe('recording the injection', () => {
    it('several stretches, nothing to do, skipped; and the interface with its pause', async () => {
      await start({ configuration: { function: { batchSize: 5 } } });
      await recordEnded('injection-several-stretches', await world.start());
      await recordEnded('injection-nothing-to-do', await world.start());
      const control = world.client.workflow.getHandle(`interface/${world.institution}`);
      await control.executeUpdate('pause', { args: [{ by: 'test', why: 'recording' }] });
      await recordEnded('injection-skipped-paused', await world.start());
      await control.executeUpdate('resume');
      await record('interface', control);
    });

    it('failed: input and configuration', async () => {
      await start({ configuration: { function: { pointOfSales: 'TIXNGO;NOWHERE' } } });
      await recordEnded('injection-failed-configuration', await world.start());
      const input: object = { organisation: 'FCDEMO' };
      await recordEnded('injection-failed-input', await world.start(input));
    });

    it('the interface with a mail to its recipients', async () => {
      const server = await startSmtpServer();
      try {
        world = await World.start({
          configuration: {
            root: { email: { smtpUrlVariable: 'SMTP_URL', from: 'sender@example.org' } },
            interface: { emailRecipients: ['recipient@example.org'] },
            function: { pointOfSales: 'TIXNGO;NOWHERE' },
          },
        });
        await world.worker(undefined, { SMTP_URL: server.url });
        await (await world.start()).result().catch(() => undefined);
        await until(async () => (await world.interfaceState()).mails?.length === 0);
        await record('interface-mails', world.client.workflow.getHandle(`interface/${world.institution}`));
      } finally {
        await server.close();
      }
    });

    it('failed: contract', async () => {
      await start(exportWithoutItems);
      await recordEnded('injection-failed-contract', await world.start());
    });

    it('a WARNING with parked tickets, retried after a failure of S-360', async () => {
      let failures = 2;
      await start({
        s360: {
          tickets: 600,
          around: async ({ name, context }, apply) =>
            name === 'dataExportService.executeExport' && failures-- > 0 ? context.json({}, 502) : apply(),
        },
      });
      await recordEnded('injection-warning-retried', await world.start());
    });

    it('cancelled while it works', async () => {
      const held = new HeldWrite('tickets.inject');
      await start({ tixngo: { around: held.around }, configuration: { root: { writeTimeoutSeconds: 60 } } });
      held.arm(1);
      const handle = await world.start();
      await held.reached;
      await handle.cancel();
      await recordEnded('injection-cancelled', handle);
      held.letGo();
    });

    it('reset in its second stretch', async () => {
      const held = new HeldWrite('tickets.inject');
      await start({ tixngo: { around: held.around }, configuration: { function: { batchSize: 5 } } });
      held.arm(11);
      const handle = await world.start();
      await held.reached;
      const anew = await reset(handle, 'after its first stretch');
      held.letGo();
      await recordEnded('injection-reset', anew);
    });
  });

  describe('recording push cancelled', () => {
    it('waiting, confirmed, nothing to do, skipped', async () => {
      const handle = await startWaiting();
      await record('push-cancelled-waiting', handle);
      await world.tixngo('phones/online', { all: true });
      await recordEnded('push-cancelled-confirmed', handle);
      await recordEnded('push-cancelled-nothing-to-do', await world.startCancelled());
      await world.client.workflow
        .getHandle(`interface/${world.institution}`)
        .executeUpdate('pause', { args: [{ by: 'test', why: 'recording' }] });
      await recordEnded('push-cancelled-skipped-paused', await world.startCancelled());
    });

    it('cancelled while it waits', async () => {
      const handle = await startWaiting();
      await handle.cancel();
      await recordEnded('push-cancelled-cancelled-while-waiting', handle);
    });

    it('reset while it waits', async () => {
      const handle = await startWaiting();
      const anew = await reset(handle, 'last workflow task');
      await world.tixngo('phones/online', { all: true });
      await recordEnded('push-cancelled-reset-while-waiting', anew);
    });

    it('TIXNGO refuses the key while it waits, and takes it again', async () => {
      const handle = await startWaiting({ tixngo: { apiKey: 'good' } });
      await world.tixngo('settings', { apiKey: 'another' });
      await until(async () => {
        const { events } = await handle.fetchHistory();
        // The wait has ended once, to tell, and begun again.
        const begun = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
        return begun.filter((activity) => activity === 'waitForDeletion').length === 2;
      });
      await world.tixngo('settings', { apiKey: 'good' });
      await world.tixngo('phones/online', { all: true });
      await recordEnded('push-cancelled-key-refused-while-waiting', handle);
    });

    it('a WARNING at the deadline, on a server that skips time', async () => {
      const server = await startTimeSkippingServer();
      const connection = await server.connect();
      try {
        await addOurSearchAttributes(connection);
        const configuration = { pushCancelled: { deletionFirstPauseSeconds: 3_600, deletionDeadlineDays: 1 } };
        const handle = await startWaiting({ temporalAddress: server.address, configuration });
        await new TimeSkippingWorkflowClient({ connection }).getHandle(handle.workflowId).result();
        await record('push-cancelled-warning-at-the-deadline', handle);
        await world.close();
      } finally {
        await connection.close();
        await server.stop();
      }
    });

    it('reset in its second stretch', async () => {
      const held = new HeldWrite('tickets.delete');
      const ticketIds = await startInjected({
        tixngo: { around: held.around },
        configuration: { pushCancelled: { batchSize: 5 } },
      });
      await cancelInS360(ticketIds.slice(0, 75));
      held.arm(11);
      const handle = await world.startCancelled();
      await held.reached;
      const anew = await reset(handle, 'after its first stretch');
      held.letGo();
      await recordEnded('push-cancelled-reset', anew);
    });

    it('retried after a failure of TIXNGO', async () => {
      const ticketIds = await startInjected();
      await cancelInS360(ticketIds.slice(0, 5));
      await world.tixngo('faults', {
        rules: [{ operation: 'tickets.delete', fault: { kind: 'status', status: 502 }, first: 1 }],
      });
      await recordEnded('push-cancelled-retried', await world.startCancelled());
    });

    it('failed: input, configuration', async () => {
      await start();
      const input: object = { organisation: 'FCDEMO' };
      await recordEnded('push-cancelled-failed-input', await world.startCancelled(input));
      await world.tixngo('settings', { apiKey: 'another' });
      await recordEnded('push-cancelled-failed-configuration', await world.startCancelled());
    });

    it('failed: contract', async () => {
      await start(exportWithoutItems);
      await recordEnded('push-cancelled-failed-contract', await world.startCancelled());
    });
  });

  describe('recording push controlled', () => {
    it('several stretches, nothing to do, skipped', async () => {
      await startControlled(24, { configuration: smallBatch });
      await recordEnded('push-controlled-several-stretches', await world.startFunction('pushControlled'));
      await recordEnded('push-controlled-nothing-to-do', await world.startFunction('pushControlled'));
      await pauseEverything();
      await recordEnded('push-controlled-skipped-paused', await world.startFunction('pushControlled'));
    });

    it('reset in its second stretch', async () => {
      const held = new HeldWrite('tickets.control');
      await startControlled(24, { tixngo: { around: held.around }, configuration: smallBatch });
      held.arm(11);
      const handle = await world.startFunction('pushControlled');
      await held.reached;
      const anew = await reset(handle, 'after its first stretch');
      held.letGo();
      await recordEnded('push-controlled-reset', anew);
    });

    it('failed: input, configuration', async () => {
      await startControlled(1);
      const input: object = { organisation: 'FCDEMO' };
      await recordEnded('push-controlled-failed-input', await world.startFunction('pushControlled', input));
      await world.tixngo('settings', { apiKey: 'another' });
      await recordEnded('push-controlled-failed-configuration', await world.startFunction('pushControlled'));
    });
  });

  describe('recording digital privileges', () => {
    const functionName = 'digitalPrivilegesInjection';

    it('several stretches, nothing to do', async () => {
      await start({ s360: { tickets: 1 }, configuration: { privileges: { batchSize: 2 } } });
      await sellCards(world, { count: 24, kind: 'SEASON_TICKET_CARD', tickets: 1 });
      await recordEnded('privileges-several-stretches', await world.startFunction(functionName));
      await recordEnded('privileges-nothing-to-do', await world.startFunction(functionName));
    });

    it('failed: input and configuration', async () => {
      await start({ configuration: { privileges: { pointOfSales: 'TIXNGO;NOWHERE' } } });
      await recordEnded('privileges-failed-configuration', await world.startFunction(functionName));
      const input: object = { organisation: 'FCDEMO' };
      await recordEnded('privileges-failed-input', await world.startFunction(functionName, input));
    });
  });

  describe('recording previews', () => {
    it('of several stretches, and one that is retried after a failure of S-360', async () => {
      let failures = 0;
      await start({
        s360: {
          tickets: 150,
          around: async ({ name, context }, apply) =>
            name === 'dataExportService.executeExport' && failures-- > 0 ? context.json({}, 502) : apply(),
        },
        configuration: { function: { batchSize: 5 } },
      });
      await recordEnded('preview', await world.start({ simulation: true }));
      failures = 1;
      await recordEnded('preview-retried', await world.startFunction('pushCancelled', { simulation: true }));
    });

    it('failed', async () => {
      await start({ configuration: { function: { pointOfSales: 'TIXNGO;NOWHERE' } } });
      await recordEnded('preview-failed', await world.start({ simulation: true }));
    });
  });

  describe('recording overrides', () => {
    it('a list of several stretches, the same one refused, and all since a moment; and the interface with them', async () => {
      const ticketIds = await startControlled(12, {
        // A limit, so that calls are reserved; it is never met.
        configuration: { s360: { callsPerMinute: 10_000 }, pushControlled: { batchSize: 1 } },
      });
      const dateFrom = new Date(Date.now() - 60_000).toISOString();
      const forced = { forceTickets: ticketIds.map((id) => `id:${String(id)}`).join(','), overrideDay: today() };
      await recordEnded('override-several-stretches', await world.startFunction('pushControlled', forced));
      await recordEnded('override-refused', await world.startFunction('pushControlled', forced));
      await recordEnded(
        'override-date-from',
        await world.startFunction('pushControlled', { dateFrom, overrideDay: today() }),
      );
      await sellCards(world, { count: 1, kind: 'MEMBERSHIP_CARD' });
      await world.runFunction('digitalPrivilegesInjection');
      await world.runFunction('pushControlled', { simulation: true });
      await world.runFunction('pushControlled');
      const control = world.client.workflow.getHandle(`interface/${world.institution}`);
      await record('interface-definitions-and-override', control);
    });
  });
}
