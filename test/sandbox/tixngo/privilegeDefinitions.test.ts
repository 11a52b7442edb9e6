import { beforeEach, describe, expect, it } from 'vitest';
import { cardDefinition, smallPrivilege } from './privilegesForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const write = (definitionId: string, body: unknown = cardDefinition()) =>
  tixngo.put(`/privilege-definitions/${encodeURIComponent(definitionId)}`, body);
const counters = async () => (await tixngo.hook('/counters')).body;
const definitions = async () => (await tixngo.hook('/privilege-definitions')).body.definitions;

beforeEach(async () => {
  const known = (await definitions()).map(({ definitionId }: { definitionId: string }) => definitionId);
  await tixngo.hook('/privilege-definitions/forget', { definitionIds: known });
  await tixngo.hook('/counters/reset', {});
});

describe('a privilege definition', () => {
  it('is created, left as it is by a repeat, and changed by what is different', async () => {
    const created = await write('SEASON-27');
    expect(created.status).toBe(200);
    expect(created.body).toEqual({
      requestId: expect.any(String),
      definitionId: 'SEASON-27',
      outcome: 'CREATED',
    });
    expect((await write('SEASON-27')).body.outcome).toBe('UNCHANGED');
    expect((await write('SEASON-27', cardDefinition({ name: 'Season 27' }))).body.outcome).toBe('UPDATED');
    expect((await write('SEASON-27', cardDefinition({ name: 'Season 27', metadata: [] }))).body.outcome).toBe(
      'UPDATED',
    );
    await write('MEMBERS 2027/28', { type: 'MEMBERSHIP', name: 'Members' });
    expect(await definitions()).toEqual([
      { ...cardDefinition({ name: 'Season 27', metadata: [] }), definitionId: 'SEASON-27', writes: 4 },
      {
        definitionId: 'MEMBERS 2027/28',
        type: 'MEMBERSHIP',
        name: 'Members',
        imageUrl: null,
        validFrom: null,
        validTo: null,
        metadata: [],
        writes: 1,
      },
    ]);
    expect(await counters()).toMatchObject({
      calls: { 'privilegeDefinitions.write': 5 },
      definitionWrites: 5,
      definitionsCreated: 2,
      definitionsUpdated: 2,
      definitionsUnchanged: 1,
      ticketWrites: 0,
      notifications: 0,
    });
  });

  it('says the same with null as without a field', async () => {
    await write('M', { type: 'MEMBERSHIP', name: 'Members' });
    const body = {
      type: 'MEMBERSHIP',
      name: 'Members',
      imageUrl: null,
      validFrom: null,
      validTo: null,
      metadata: null,
    };
    expect((await write('M', body)).body.outcome).toBe('UNCHANGED');
  });

  it.each([
    [{ type: 'CARD' }, 'type', 'must be one of MEMBERSHIP, SEASON_CARD'],
    [{ type: null }, 'type', 'is required'],
    [{ name: ' ' }, 'name', 'is required and must not be blank'],
    [{ name: 'x'.repeat(257) }, 'name', 'is longer than 256 characters'],
    [{ imageUrl: 1 }, 'imageUrl', 'must be a text'],
    [{ validFrom: '2027-02-29' }, 'validFrom', 'must be a date, or a date-time with an offset'],
    [{ validTo: '2027-07-01T00:00:00' }, 'validTo', 'must be a date, or a date-time with an offset'],
    [{ metadata: {} }, 'metadata', 'must be a list'],
    [{ metadata: [{ key: 'A' }] }, 'metadata[0].value', 'must be there'],
  ])('is refused with %j, and the path is named', async (more, path, issue) => {
    const { status, body } = await write('WRONG', cardDefinition(more));
    expect([status, body.code, body.details]).toEqual([400, 'VALIDATION_ERROR', [{ path, issue }]]);
    expect(await definitions()).toEqual([]);
    expect((await counters()).definitionWrites).toBe(0);
  });

  it('is refused with an id that is none, and without a JSON object', async () => {
    const blank = await write(' ');
    expect([blank.status, blank.body.details]).toEqual([400, [{ path: 'definitionId', issue: 'must not be blank' }]]);
    expect((await write('x'.repeat(257))).body.details).toEqual([
      { path: 'definitionId', issue: 'is longer than 256 characters' },
    ]);
    expect((await write('x'.repeat(256))).status).toBe(200);
    expect((await write('LIST', [])).status).toBe(400);
    expect((await tixngo.send('PUT', '/privilege-definitions/TEXT', 'no JSON')).status).toBe(400);
    expect((await tixngo.put('/privilege-definitions', cardDefinition())).status).toBe(404);
  });

  it('counts fields that the contract does not know', async () => {
    await write('U', cardDefinition({ colour: 'red' }));
    expect((await counters()).unknownFields).toEqual({ '(definition).colour': 1 });
  });

  it('needs the key', async () => {
    const headers = { 'x-api-key': 'wrong' };
    const body = JSON.stringify(cardDefinition());
    expect((await tixngo.send('PUT', '/privilege-definitions/K', body, headers)).status).toBe(403);
    expect(await definitions()).toEqual([]);
  });

  it('that TIXNGO has lost is unknown to new privileges until it is written again', async () => {
    await write('SEASON-27');
    const { body } = await tixngo.hook('/privilege-definitions/forget', { definitionIds: ['SEASON-27', 'OTHER'] });
    expect(body).toEqual({ forgotten: 1 });
    expect(await definitions()).toEqual([]);
    const refused = await tixngo.injectPrivileges([smallPrivilege('D-1')]);
    expect(refused.body.results).toMatchObject([{ outcome: 'REJECTED', errorCode: 'DEFINITION_UNKNOWN' }]);
    expect((await write('SEASON-27')).body.outcome).toBe('CREATED');
    expect((await tixngo.injectPrivileges([smallPrivilege('D-1')])).body.results).toMatchObject([
      { outcome: 'CREATED' },
    ]);
  });

  it.each([{}, { definitionIds: 'SEASON-27' }, { definitionIds: [1] }])('is not lost with %j', async (body) => {
    expect((await tixngo.hook('/privilege-definitions/forget', body)).status).toBe(400);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
