import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startTixngoSandbox, type TixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import type { InterfaceSettings } from '../../src/config/schema.js';
import type { PrivilegeDefinition, TixngoPrivilege } from '../../src/domain/tixngoPrivilege.js';
import { CallFailed } from '../../src/http/callFailed.js';
import { CallMeter } from '../../src/http/callMeter.js';
import { createHttp } from '../../src/http/jsonCall.js';
import { TixngoClient } from '../../src/tixngo/client.js';
import type { TixngoSession } from '../../src/tixngo/connection.js';
import { PrivilegeClient } from '../../src/tixngo/privilegeClient.js';
import { fullConfiguration, read } from '../config/configurationForTests.js';
import { HostileServer } from '../http/hostileServer.js';

const http = createHttp();
const unknown: string[] = [];
beforeEach(() => {
  unknown.length = 0;
});

function session(url: string, change: Partial<InterfaceSettings> = {}): TixngoSession {
  return {
    http,
    settings: { ...read(fullConfiguration()).institutions[0]!.organizations[0]!.interfaces[0]!, url, ...change },
    apiKey: 'sandbox-api-key',
    meter: new CallMeter('r', {}, Number.POSITIVE_INFINITY),
    signal: new AbortController().signal,
    readTimeoutMs: 5_000,
    writeTimeoutMs: 5_000,
    unknownFields: (operation, field) => unknown.push(`${operation} ${field}`),
  };
}

let issued = 0;
function privilege(change: Partial<TixngoPrivilege> = {}): TixngoPrivilege {
  issued += 1;
  return {
    privilegeId: `9000${String(issued)}`,
    definitionId: 'MEMBER',
    spectatorDetails: { email: 'zoe@example.org', firstName: 'Zoé' },
    ticketIds: [],
    ...change,
  };
}

const member: PrivilegeDefinition = {
  definitionId: 'MEMBER',
  type: 'MEMBERSHIP',
  name: 'Member',
  imageUrl: null,
  validFrom: '2027-07-01T00:00:00+02:00',
  validTo: null,
  metadata: [],
};

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallFailed);
  const failed = error as CallFailed;
  expect(JSON.stringify([failed.message, failed.stack, failed])).not.toMatch(/CANARY|sandbox-api-key|zoe@/);
  return failed;
}

describe('TIXNGO privilege client against the sandbox', () => {
  let sandbox: TixngoSandbox;
  let client: PrivilegeClient;
  beforeAll(async () => {
    sandbox = await startTixngoSandbox();
    client = new PrivilegeClient(session(sandbox.url));
    await client.writeDefinition(member);
  });
  afterAll(async () => {
    await sandbox.close();
    expect(sandbox.violations()).toEqual([]);
  });
  const hook = async (path: string, body: object): Promise<void> => {
    await fetch(`${sandbox.controlUrl}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  };

  test('a definition is written, and again; its id may be any text', async () => {
    for (const definitionId of ['CARD 1/2 é?#', 'MEMBER']) {
      await client.writeDefinition({ ...member, definitionId });
      await client.writeDefinition({ ...member, definitionId });
    }
    const answer = (await (await fetch(`${sandbox.controlUrl}/privilege-definitions`)).json()) as {
      definitions: { definitionId: string; writes: number }[];
    };
    expect(answer.definitions.map(({ definitionId, writes }) => [definitionId, writes])).toEqual([
      ['MEMBER', 3],
      ['CARD 1/2 é?#', 2],
    ]);
    expect(unknown).toEqual([]);
  });

  test('a definition that is refused names its field', async () => {
    const failed = await failureOf(client.writeDefinition({ ...member, definitionId: 'BAD', name: '' }));
    expect([failed.outcome, failed.field]).toEqual(['splitPage', 'name']);
  });

  test('accepted, refused with its code and field, and again: one word per privilege', async () => {
    const [good, bad, unknownDefinition] = [
      privilege({ barcode: 'B-1', ticketIds: ['501', '502'] }),
      privilege({ spectatorDetails: { email: 'CANARY' } }),
      privilege({ definitionId: 'GONE' }),
    ];
    expect(await client.injectPrivileges([good, bad, unknownDefinition])).toEqual([
      { ticketId: good.privilegeId, kind: 'accepted' },
      { ticketId: bad.privilegeId, kind: 'refused', code: 'VALIDATION_ERROR', field: 'spectatorDetails.email' },
      {
        ticketId: unknownDefinition.privilegeId,
        kind: 'refused',
        code: 'DEFINITION_UNKNOWN',
        field: 'definitionId',
      },
    ]);
    expect(await client.injectPrivileges([good])).toEqual([{ ticketId: good.privilegeId, kind: 'accepted' }]);
    expect(unknown).toEqual([]);
  });

  test('a look-up by the id of a privilege tells its definition, owner, barcode and tickets; of a deleted one, that', async () => {
    const tickets = new TixngoClient(session(sandbox.url));
    const one = privilege({ barcode: 'B-2', ticketIds: ['501'] });
    const other = privilege();
    await client.injectPrivileges([one, other]);
    const barcodeHash: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    const held = {
      status: 'ACTIVE',
      eventId: null,
      ownerEmail: 'zoe@example.org',
      deletion: null,
    };
    expect(await tickets.lookupByIds([one.privilegeId, other.privilegeId])).toEqual([
      {
        ...held,
        ticketId: one.privilegeId,
        barcodeHash,
        privilege: { definitionId: 'MEMBER', ticketIds: ['501'], barcodeHash },
      },
      {
        ...held,
        ticketId: other.privilegeId,
        barcodeHash: null,
        privilege: { definitionId: 'MEMBER', ticketIds: [], barcodeHash: null },
      },
    ]);
    await tickets.deleteTickets([{ ticketId: one.privilegeId, deletionReason: 'RESOLD', showDeletedTicket: false }]);
    expect(await client.injectPrivileges([one])).toEqual([
      { ticketId: one.privilegeId, kind: 'refused', code: 'PRIVILEGE_DELETED', field: 'privilegeId' },
    ]);
    expect(unknown).toEqual([]);
  });

  test('a whole batch refused, with and without details: to be split', async () => {
    for (const [resultStyle, field] of [
      ['wholeBatch', 'definitionId'],
      ['none', undefined],
    ] as const) {
      await hook('settings', { resultStyle });
      const failed = await failureOf(client.injectPrivileges([privilege(), privilege({ definitionId: 'GONE' })]));
      expect([failed.outcome, failed.field]).toEqual(['splitPage', field]);
      const good = privilege();
      expect(await client.injectPrivileges([good])).toEqual([{ ticketId: good.privilegeId, kind: 'accepted' }]);
    }
    await hook('settings', { resultStyle: 'perTicket' });
  });
});

describe('TIXNGO privilege client against a server that answers badly', () => {
  const server = new HostileServer();
  let client: PrivilegeClient;
  beforeAll(async () => {
    await server.start();
    client = new PrivilegeClient(session(`${server.url}/v3/organizer/tickets`));
  });
  afterAll(() => server.close());

  test('paths, key and bodies are those of the contract; of a transfer, nothing', async () => {
    server.answers(200, '');
    await client.writeDefinition({ ...member, definitionId: 'a/b' });
    expect(server.seen[0]).toMatchObject({ method: 'PUT', url: '/v3/organizer/privilege-definitions/a%2Fb' });
    expect(server.seen[0]!.headers['x-api-key']).toBe('sandbox-api-key');
    expect(JSON.parse(server.seen[0]!.body)).toEqual({
      type: 'MEMBERSHIP',
      name: 'Member',
      imageUrl: null,
      validFrom: '2027-07-01T00:00:00+02:00',
      validTo: null,
      metadata: [],
    });
    server.answers(200, '');
    const one = privilege();
    expect(await client.injectPrivileges([one])).toEqual([{ ticketId: one.privilegeId, kind: 'accepted' }]);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/v3/organizer/privileges' });
    expect(JSON.parse(server.seen[0]!.body)).toEqual({ privileges: [one] });
  });

  test('results that leave a privilege out, or say a word that we do not know, are no acceptance', async () => {
    const [a, b, c] = [privilege(), privilege(), privilege()];
    server.answers(200, {
      results: [
        { privilegeId: a.privilegeId, outcome: 'UPDATED' },
        { privilegeId: b.privilegeId, outcome: 'QUEUED' },
        { privilegeId: 'nobody asked', outcome: 'CREATED' },
      ],
    });
    expect((await client.injectPrivileges([a, b, c])).map(({ kind }) => kind)).toEqual([
      'accepted',
      'unknown',
      'unknown',
    ]);
  });

  test.each([
    [{ results: [{ privilegeId: 5, outcome: 'CREATED' }] }, 'results.0.privilegeId'],
    [{ results: 'CANARY' }, 'results'],
  ])('an answer against the contract names the path: %j', async (body, field) => {
    server.answers(200, body);
    const failed = await failureOf(client.injectPrivileges([privilege()]));
    expect([failed.outcome, failed.field]).toEqual(['stopContract', field]);
  });

  test('a definition whose path TIXNGO does not have is no matter of single cards', async () => {
    server.answers(404, { code: 'NOT_FOUND' });
    expect((await failureOf(client.writeDefinition(member))).outcome).toBe('stopConfiguration');
  });
});
