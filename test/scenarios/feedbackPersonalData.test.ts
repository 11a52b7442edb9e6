import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { decodedHistory } from '../support/decodedHistory.js';
import { viewS360 } from '../support/feedbackView.js';
import { World } from '../support/world.js';

/** Values that occur nowhere else: one for each thing that TIXNGO or S-360 tells of a person. */
const recipient = {
  title: 'Canarytitle',
  firstName: 'Canaryfirstowner',
  lastName: 'Canarylastowner',
  gender: 'Canarygender',
  dateOfBirth: '1971-02-13',
  nationality: 'Canarynation',
  idCardNumber: 'CANARYIDOWNER',
  phoneNumber: '+41790000canary',
  residenceCountry: 'Canaryresidence',
  language: 'canarylanguage',
};
const holder = {
  firstName: 'Canaryfirstholder',
  lastName: 'Canarylastholder',
  email: 'canary.holder@example.org',
  dateOfBirth: '1972-03-14',
  nationality: 'Canaryholdernation',
  idCardNumber: 'CANARYIDHOLDER',
};
const extraFields = [{ key: 'canaryquestion', value: 'canaryanswer' }];
const initialOwner = 'canary.first@example.org';
/** Everybody to whom something is sent has this in the e-mail. */
const recipients = 'canary.recipient';
const contactNumber = '0000canarynumber';
const keys = { secret: 'canary-secret-of-s360', apiKey: 'canary-key-of-tixngo' };
const canaries = [
  ...Object.values(recipient),
  ...Object.values(holder),
  ...extraFields.flatMap(({ key, value }) => [key, value]),
  ...[initialOwner, recipients, contactNumber],
];
/** What has no value of its own to look for is looked for by its name. */
const names = ['allowPromoEmail', 'allowThirdPartyEmail', 'organizerSpectatorPreference', 'allowInstitutionEmail'];
/** What a careless server could send back in an error: everything. */
const everything = [...canaries, ...names, ...Object.values(keys)].join(' ');

interface Hostile {
  readonly operation: string;
  /** @returns what is answered instead; `given` is what would have been */
  readonly answer: (given: Record<string, unknown>) => { readonly body: unknown; readonly status?: number };
}

let world: World;
let directory: string;
let hostile: Hostile | null = null;
let struck = 0;
let tickets: string[] = [];
let people = 0;

function found(text: string): string[] {
  const searched = text.toLowerCase();
  const bearer = /eyJ[\w-]{10,}\.[\w-]{10,}/.exec(text);
  // Numbers of contacts that S-360 has created.
  const created = /\b9000000000\d\d\b/.exec(text);
  return [
    ...[...canaries, ...names, ...Object.values(keys)].filter((canary) => searched.includes(canary.toLowerCase())),
    ...(bearer === null ? [] : ['a bearer token']),
    ...(created === null ? [] : ['the number of a created contact']),
  ];
}

const around: Around = async ({ name, context }, apply) => {
  const answer = await apply();
  if (hostile?.operation !== name) return answer;
  struck += 1;
  const { body, status = 200 } = hostile.answer((await answer.clone().json()) as Record<string, unknown>);
  return typeof body === 'string' ? context.html(body, status as 400) : context.json(body as object, status as 400);
};

/** Somebody assigns a ticket and sends it to a stranger, who accepts; another one only begins to. */
async function letPeopleAct(): Promise<void> {
  const [passed, pending] = [tickets.shift(), tickets.shift()];
  const emails = [1, 2].map(() => `${recipients}.${String((people += 1))}@example.org`);
  const done = { done: 1 };
  expect(await world.tixngo('spectators/assign', { ticketIds: [passed], holder, extraFields })).toMatchObject(done);
  expect(
    await world.tixngo('spectators/transfer', { ticketIds: [passed, pending], recipientEmails: emails }),
  ).toMatchObject({ done: 2 });
  const person = {
    email: emails[0],
    ...recipient,
    organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: false },
  };
  expect(await world.tixngo('spectators/accept', { ticketIds: [passed], recipients: [person] })).toMatchObject(done);
  expect(await world.tixngo('spectators/assign', { ticketIds: [passed], holder, extraFields })).toMatchObject(done);
}

/** @returns what of the canaries can be seen where people look, after a run */
async function searchAfterRun(input: object | undefined, ends: 'well' | 'failed'): Promise<string[]> {
  const handle = await world.startRetrieve(input);
  let error = '';
  try {
    await handle.result();
  } catch (failure) {
    error = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String((failure as Error).cause);
  }
  expect(error === '' ? 'well' : 'failed').toBe(ends);
  const histories = [
    await decodedHistory(world.client, handle.workflowId),
    await decodedHistory(world.client, `interface/${world.institution}`),
  ];
  return found([...histories, error, world.workerOutput, JSON.stringify(await world.interfaceState())].join('\n'));
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'upload-'));
  world = await World.start({
    s360: { tickets: 160, secret: keys.secret, around, checkAnswers: false },
    tixngo: { apiKey: keys.apiKey, around, checkAnswers: false },
    configuration: {
      root: { uploadDirectory: directory },
      function: { mandatoryTicketHolderFields: [] },
    },
  });
  const set = { contact_email: initialOwner, contact_number: contactNumber };
  await world.s360('contacts/add', {
    contacts: [{ contactNumber, email: initialOwner, individualFirstname: 'Ana', individualLastname: 'Li' }],
  });
  await world.changeTickets((await world.s360Tickets()).map(({ row }) => ({ ticketId: row.ticket_id, set })));
  await world.workerProcess(undefined, { LOG_LEVEL: 'debug' });
  await world.run();
  tickets = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
  await world.tixngo('phones/download', { all: true });
});

afterEach(() => {
  hostile = null;
});

afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

const service = 'contactInformationPublicService';
const errorOf = (operation: string): Hostile => ({
  operation,
  answer: () => ({ body: { requestId: null, statusCode: 'error.canary', statusDetail: everything } }),
});
const refusedResults = (operation: string): Hostile => ({
  operation,
  answer: (given) => ({
    body: {
      ...given,
      results: (given['results'] as object[]).map((one, i) => ({
        ...one,
        outcome: i % 2 === 0 ? 'REFUSED' : everything,
        errorCode: i % 2 === 0 ? everything : null,
      })),
    },
  }),
});
const wrongEntries: Hostile = {
  operation: 'tickets.diff',
  answer: (given) => {
    const [first, ...others] = given['result'] as Record<string, unknown>[];
    const wrong = [
      { status: everything },
      { status: [everything] },
      { statusChangedAt: everything },
      { spectatorDetails: everything },
      { spectatorDetails: { email: [everything] } },
      { spectatorDetails: { organizerSpectatorPreference: { allowPromoEmail: everything } } },
      { ticketHolder: { firstName: { [everything]: everything } } },
      { transfer: [everything] },
      { extraFields: [{ key: 1, value: everything }] },
      { extraFields: { [everything]: everything } },
      { ticketId: everything },
      { ticketId: { [everything]: everything } },
    ].map((members) => ({ ...first, ...members, [everything]: everything }));
    return {
      body: {
        ...given,
        result: [...wrong, everything, [everything], ...(first === undefined ? [] : [first]), ...others],
      },
    };
  },
};

describe('nothing personal of the feedback leaves the two systems', () => {
  it.each<[string, Hostile | null, 'well' | 'failed']>([
    ['a good run', null, 'well'],
    ['a page whose entries have wrong types', wrongEntries, 'well'],
    [
      'a diff that is refused with an error that quotes everything',
      {
        operation: 'tickets.diff',
        answer: () => ({
          body: { code: everything, message: everything, details: [{ path: everything, issue: everything }] },
          status: 400,
        }),
      },
      'failed',
    ],
    [
      'a diff that is no page',
      { operation: 'tickets.diff', answer: () => ({ body: { pagination: everything, [everything]: everything } }) },
      'failed',
    ],
    [
      'a diff that is HTML',
      { operation: 'tickets.diff', answer: () => ({ body: `<p>${everything}</p>`, status: 418 }) },
      'failed',
    ],
    ['an error of S-360 when tickets are read', errorOf('mobileTickets.read'), 'failed'],
    ['an error of S-360 when entries are stored', errorOf('mobileTickets.store'), 'failed'],
    [
      'HTML of S-360 when entries are stored',
      { operation: 'mobileTickets.store', answer: () => ({ body: `<p>${everything}</p>`, status: 418 }) },
      'failed',
    ],
    [
      'mobile tickets with wrong types',
      {
        operation: 'mobileTickets.read',
        answer: (given) => ({
          body: {
            ...given,
            mobileTickets: [
              { ticketId: 1, culturalContact: { contactNumber: [everything], [everything]: everything } },
            ],
          },
        }),
      },
      'failed',
    ],
    ['entries that S-360 refuses', refusedResults('mobileTickets.store'), 'well'],
    ['an error of S-360 when contacts are searched', errorOf(`${service}.searchContactsByEmail`), 'failed'],
    [
      'contacts with wrong types',
      {
        operation: `${service}.searchContactsByEmail`,
        answer: (given) => ({ body: { ...given, contacts: [{ contactNumber: 1, email: everything }, everything] } }),
      },
      'failed',
    ],
    ['an error of S-360 when contacts are created', errorOf(`${service}.createCulturalContact`), 'failed'],
    [
      'created contacts whose numbers are none, by e-mail',
      {
        operation: `${service}.createCulturalContact`,
        answer: (given) => ({ body: { ...given, identifierContactMap: { [everything]: { [everything]: 1 } } } }),
      },
      'well',
    ],
    [
      'contacts that S-360 refuses to create',
      {
        operation: `${service}.createCulturalContact`,
        answer: (given) => ({
          body: {
            ...given,
            identifierContactMap: {},
            refused: [1, 2, 3, 4].map((n) => ({ identifier: String(n), errorCode: everything })),
          },
        }),
      },
      'well',
    ],
    ['contacts whose details S-360 refuses', refusedResults(`${service}.updateTemporaryContacts`), 'well'],
    ['an error of S-360 when contacts get their details', errorOf(`${service}.updateTemporaryContacts`), 'failed'],
    ['lines that S-360 refuses', refusedResults('distributions.record'), 'well'],
    ['an error of S-360 when lines are recorded', errorOf('distributions.record'), 'failed'],
  ])('in %s: no canary in decoded histories, state, logs or errors', async (_, behaviour, ends) => {
    await letPeopleAct();
    hostile = behaviour;
    struck = 0;
    expect(await searchAfterRun(undefined, ends)).toEqual([]);
    if (behaviour !== null) expect(struck).toBeGreaterThan(0);
  });

  it.each([
    ['no JSON', everything],
    ['a text', JSON.stringify(everything)],
    ['a list of texts', JSON.stringify([everything])],
    [
      'an entry with a wrong type',
      JSON.stringify({ result: [{ ticketId: '1', status: everything, statusChangedAt: everything }] }),
    ],
    [
      'an entry with a wrong person',
      JSON.stringify({
        result: [
          {
            ticketId: everything,
            status: 'DOWNLOADED',
            statusChangedAt: '2026-05-01T10:00:00Z',
            spectatorDetails: { [everything]: everything, email: { [everything]: everything } },
          },
        ],
      }),
    ],
  ])('in an uploaded file that is %s and quotes everything', async (_, text) => {
    await writeFile(join(directory, 'feedback.json'), text);
    expect(await searchAfterRun({ fileToUpload: 'feedback.json' }, 'failed')).toEqual([]);
  });

  it('in an uploaded file that is right', async () => {
    const file = {
      result: [
        {
          ticketId: tickets.shift(),
          status: 'TRANSFERRED',
          statusChangedAt: new Date().toISOString(),
          spectatorDetails: { email: `${recipients}.file@example.org`, ...recipient },
          ticketHolder: holder,
          initialOwner: { email: initialOwner },
          transfer: {
            direction: 'FORWARD',
            senderEmail: initialOwner,
            recipientEmail: `${recipients}.file@example.org`,
          },
          extraFields,
        },
      ],
    };
    await writeFile(join(directory, 'feedback.json'), JSON.stringify(file));
    expect(await searchAfterRun({ fileToUpload: 'feedback.json' }, 'well')).toEqual([]);
  });

  it('has really brought every canary into S-360, so that it could have leaked', async () => {
    expect(await searchAfterRun(undefined, 'well')).toEqual([]);
    const { tickets: stored, distributions, contacts } = await viewS360(world);
    expect(canaries.filter((canary) => !JSON.stringify([stored, contacts]).includes(canary))).toEqual([]);
    expect(JSON.stringify(distributions)).toContain(contactNumber);
    expect(found(JSON.stringify(distributions))).toContain('the number of a created contact');
    expect(
      contacts.filter(({ createdByInterface, updates }) => createdByInterface && updates > 0).length,
    ).toBeGreaterThan(1);
  });

  it('finds a canary that is planted on purpose, so that the search can', async () => {
    const handle = await world.startRetrieve({ internalName: recipient.lastName });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'INPUT_INVALID' } });
    expect(found(await decodedHistory(world.client, handle.workflowId))).toEqual([recipient.lastName]);
  });

  it('has covered every field of a person that TIXNGO’s diff has', async () => {
    const entry = (
      await world.tixngo<{ entry: Record<string, object | null> }>('diff/append', { ticketId: tickets[0] })
    ).entry;
    const fields = Object.keys(entry['spectatorDetails'] ?? {});
    expect(fields.filter((field) => !(field in recipient) && !['email', ...names].includes(field))).toEqual([]);
    expect(fields.length).toBeGreaterThanOrEqual(12);
  });
});
