import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { decodedHistory } from '../support/decodedHistory.js';
import { World, type SandboxTicket } from '../support/world.js';

/** A value that occurs nowhere else, in the form that its column wants. */
const canaries: Record<string, string> = {
  barcode: '0099canarybarcode',
  contact_email: 'canary.contact@example.org',
  contact_first_name: 'Canaryfirstcontact',
  contact_last_name: 'Canarylastcontact',
  contact_number: '0000canarynumber',
  holder_first_name: 'Canaryfirstholder',
  holder_last_name: 'Canarylastholder',
  holder_email: 'canary.holder@example.org',
  holder_birth_date: '1971-02-13',
  holder_id_number: 'CANARYIDNUMBER',
  holder_birth_region: 'Canarybirthregion',
  holder_birth_place: 'Canarybirthplace',
  holder_phone: '+41790000canary',
};
const keys = { secret: 'canary-secret-of-s360', apiKey: 'canary-key-of-tixngo' };
/** What a careless server could send back in an error: everything. */
const everything = [...Object.values(canaries), ...Object.values(keys)].join(' ');

function found(text: string): string[] {
  const searched = text.toLowerCase();
  const bearer = /eyJ[\w-]{10,}\.[\w-]{10,}/.exec(text);
  return [
    ...[...Object.values(canaries), ...Object.values(keys)].filter((canary) => searched.includes(canary.toLowerCase())),
    ...(bearer === null ? [] : ['a bearer token']),
  ];
}

type Hostile = 'none' | 's360Row' | 's360Error' | 'tixngoError' | 'tixngoRejects' | 'tixngoHtml' | 'wrongKey';
let world: World;
let hostile: Hostile = 'none';
let injectCalls = 0;

/** Every row of the sandbox carries all canaries, in every personal column. */
async function plantCanaries(): Promise<void> {
  const tickets = await world.s360Tickets();
  await world.changeTickets(tickets.map(({ row }) => ({ ticketId: row.ticket_id, set: canaries })));
}

beforeAll(async () => {
  world = await World.start({
    s360: {
      tickets: 160,
      secret: keys.secret,
      around: async ({ name, context }, apply) => {
        const answer = await apply();
        if (name !== 'dataExportService.executeExport') return answer;
        if (hostile === 's360Error') {
          return context.json({ requestId: null, statusCode: 'error.canary', statusDetail: everything });
        }
        if (hostile !== 's360Row') return answer;
        const body = (await answer.json()) as { exportedElements: Record<string, unknown>[] };
        for (const row of body.exportedElements) row['price'] = everything;
        return context.json(body);
      },
    },
    tixngo: {
      apiKey: keys.apiKey,
      around: async ({ name, context }, apply) => {
        if (name !== 'tickets.inject') return apply();
        injectCalls += 1;
        if (hostile === 'tixngoError') {
          const details = [{ path: everything, issue: everything }];
          return context.json({ code: everything, message: everything, details }, 409);
        }
        if (hostile === 'tixngoHtml') return context.html(`<p>${everything}</p>`, 418 as 400);
        if (hostile !== 'tixngoRejects') return apply();
        const { tickets } = await context.req.json<{ tickets: { ticketId: string }[] }>();
        const results = tickets.map(({ ticketId }, i) => ({
          ticketId,
          outcome: i === 0 ? 'REJECTED' : 'INJECTED',
          errorCode: everything,
          message: `spectatorDetails.email ${everything}`,
        }));
        return context.json({ requestId: 'r', results });
      },
    },
    configuration: { function: { batchSize: 40, mandatoryTicketHolderFields: [] } },
  });
  await plantCanaries();
  await world.workerProcess(undefined, { LOG_LEVEL: 'debug' });
});

afterEach(() => {
  hostile = 'none';
});

async function searchAfterRun(expectFailure: boolean): Promise<string[]> {
  // A part at a time, so that each run has something to send.
  const handle = await world.start({ maxTicketsPerRun: 20 });
  let error = '';
  try {
    await handle.result();
  } catch (failure) {
    error = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Error).cause);
  }
  expect(error !== '').toBe(expectFailure);
  const histories = [
    await decodedHistory(world.client, handle.workflowId),
    await decodedHistory(world.client, `interface/${world.institution}`),
  ];
  return found([...histories, error, world.workerOutput, JSON.stringify(await world.interfaceState())].join('\n'));
}

describe('nothing personal leaves the two systems', () => {
  it.each([
    ['a row with a wrong type', 's360Row', true],
    ['an S-360 error that quotes everything', 's360Error', true],
    ['a call that TIXNGO answers with a page of HTML that quotes everything', 'tixngoHtml', true],
    ['a good run', 'none', false],
    ['a run in which TIXNGO refuses tickets and quotes everything', 'tixngoRejects', false],
  ] as const)('in %s: no canary in decoded histories, state, logs or errors', async (_, behaviour, expectFailure) => {
    hostile = behaviour;
    const before = injectCalls;
    expect(await searchAfterRun(expectFailure)).toEqual([]);
    if (behaviour === 'none' || behaviour.startsWith('tixngo')) {
      expect(injectCalls).toBeGreaterThan(before);
    }
  });

  it('has really sent the canaries to TIXNGO, so that they could have leaked', async () => {
    const mobile = await world.mobileTickets();
    expect(found(JSON.stringify(mobile)).length).toBeGreaterThanOrEqual(4);
  });

  it('finds a canary that is planted on purpose, so that the search can', async () => {
    const handle = await world.start({ internalName: String(canaries['holder_last_name']) });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INPUT_INVALID' } });
    expect(found(await decodedHistory(world.client, handle.workflowId))).toEqual([canaries['holder_last_name']]);
  });

  it('has covered every personal column of the export', async () => {
    const [ticket] = await world.s360Tickets();
    const personal = Object.keys((ticket as SandboxTicket).row).filter((column) =>
      /^(contact|holder)_|^barcode$/.test(column),
    );
    const notPersonalAlone = ['contact_gender', 'contact_language', 'holder_gender', 'holder_country_code'];
    expect(personal.filter((column) => !(column in canaries) && !notPersonalAlone.includes(column))).toEqual([]);
    await world.close();
  });
});
