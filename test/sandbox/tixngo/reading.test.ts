import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { fullTicket, smallEvent, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the look-up by ticket ids', () => {
  beforeAll(() => tixngo.inject([withField(smallTicket('L-1'), 'security.barcode', '0012-é'), smallTicket('L-2')]));

  it('tells what TIXNGO has, in the order asked, and leaves unknown ids out', async () => {
    const { status, body } = await tixngo.post('/tickets/lookup', { ticketIds: ['L-2', 'L-9', 'L-1', 'L-2'] });
    expect(status).toBe(200);
    expect(body.results.map(({ ticketId }: Json) => ticketId)).toEqual(['L-2', 'L-1']);
    expect(body.results[1]).toEqual({
      ticketId: 'L-1',
      status: 'INJECTED',
      eventId: 'E-1',
      ownerEmail: 'zoe@example.org',
      barcodeHash: sha256('0012-é'),
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      controlledAt: null,
      deletion: null,
    });
  });

  it('takes 1000 ids and refuses 1001 with 413', async () => {
    const ids = Array.from({ length: 1001 }, (_, n) => `L-${n}`);
    expect((await tixngo.post('/tickets/lookup', { ticketIds: ids.slice(1) })).body.results).toHaveLength(2);
    const { status, body } = await tixngo.post('/tickets/lookup', { ticketIds: ids });
    expect(status).toBe(413);
    expect(body.code).toBe('TOO_MANY_ITEMS');
  });

  it.each([{}, { ticketIds: 'L-1' }, { ticketIds: [1] }, null])('refuses %j with 400', async (body) => {
    const answer = await tixngo.post('/tickets/lookup', body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('VALIDATION_ERROR');
  });

  it('is not there when it is not granted', async () => {
    await tixngo.hook('/settings', { lookup: false });
    const { status, body } = await tixngo.post('/tickets/lookup', { ticketIds: ['L-1'] });
    expect(status).toBe(404);
    expect(body.code).toBe('NOT_FOUND');
    await tixngo.hook('/settings', { lookup: true });
  });
});

describe('the report of an event', () => {
  const report = (query: string, eventId = 'E-report') => tixngo.get(`/report/events/${eventId}/tickets?${query}`);
  const ids = (body: Json): string[] => body.result.map(({ ticketId }: Json) => ticketId);

  beforeAll(async () => {
    const of = (ticket: Record<string, unknown>) => withField(ticket, 'event.id', 'E-report');
    await tixngo.inject([of(fullTicket('R-3')), of(smallTicket('R-1')), of(smallTicket('R-2')), smallTicket('R-else')]);
    await tixngo.hook('/tickets/alter', { ticketId: 'R-1', set: { status: 'DELETED' } });
    await tixngo.hook('/tickets/alter', { ticketId: 'R-2', set: { status: 'DELETION_PENDING' } });
  });

  it('tells the tickets of the event and their owners, in the order in which they came', async () => {
    const { status, body } = await report('mobileAppId=demo-app&limit=10000&offset=0');
    expect(status).toBe(200);
    expect(body.total).toBe(3);
    expect(ids(body)).toEqual(['R-3', 'R-1', 'R-2']);
    expect(body.result[0]).toEqual({
      ticketId: 'R-3',
      eventId: 'E-report',
      organizerId: 'demo-organizer',
      eventName: 'Genève - Basel',
      eventCode: 'E-report',
      eventStartDate: '2027-06-12T18:00:00+02:00',
      status: 'INJECTED',
      ownerEmail: 'zoe@example.org',
      ownerFirstName: 'Zoé',
      ownerLastName: 'Müller',
      ownerPhone: '+41000000000',
      ownerBirthDate: '1990-12-31',
      ownerIdNumber: 'C0000001',
      ownerResidenceCountry: 'CH',
      barcodeHash: sha256('0012R-3'),
      updatedAt: expect.any(String),
      controlledAt: null,
      deletion: null,
    });
    expect(body.result[1]).toMatchObject({ ownerFirstName: null, deletion: { confirmedAt: expect.any(String) } });
    expect(body.result[2]).toMatchObject({ status: 'DELETION_PENDING', deletion: { confirmedAt: null } });
  });

  it('pages by limit and offset', async () => {
    const pages = await Promise.all(
      [0, 1, 2, 3].map(async (offset) => (await report(`mobileAppId=demo-app&limit=1&offset=${offset}`)).body),
    );
    expect(pages.map(ids)).toEqual([['R-3'], ['R-1'], ['R-2'], []]);
    expect(pages.map(({ total }) => total)).toEqual([3, 3, 3, 3]);
  });

  it('leaves out deleted tickets on demand, not those that wait for it', async () => {
    const { body } = await report('mobileAppId=demo-app&limit=10&offset=0&excludeDeleted=true');
    expect(body.total).toBe(2);
    expect(ids(body)).toEqual(['R-3', 'R-2']);
    expect((await report('mobileAppId=demo-app&limit=10&offset=0&excludeDeleted=false')).body.total).toBe(3);
  });

  it('is empty for an event that TIXNGO does not have', async () => {
    const { status, body } = await report('mobileAppId=demo-app&limit=10&offset=0', 'E-nowhere');
    expect(status).toBe(200);
    expect(body).toEqual({ total: 0, result: [] });
  });

  it('names a multilingual event in English, else in its first language', async () => {
    const name = async (eventId: string, value: object) => {
      await tixngo.post('/events', { ...smallEvent(eventId), name: value });
      await tixngo.inject([withField(smallTicket(), 'event', { ...smallEvent(eventId), name: value })]);
      return (await report('mobileAppId=demo-app&limit=1&offset=0', eventId)).body.result[0].eventName;
    };
    expect(await name('E-en', { fr: 'Un', en: 'One' })).toBe('One');
    expect(await name('E-fr', { fr: 'Un', de: 'Eins' })).toBe('Un');
  });

  it.each([
    ['limit=10&offset=0', 'mobileAppId'],
    ['mobileAppId=&limit=10&offset=0', 'mobileAppId'],
    ['mobileAppId=demo-app&offset=0', 'limit'],
    ['mobileAppId=demo-app&limit=10', 'offset'],
    ['mobileAppId=demo-app&limit=0&offset=0', 'limit'],
    ['mobileAppId=demo-app&limit=10001&offset=0', 'limit'],
    ['mobileAppId=demo-app&limit=1.5&offset=0', 'limit'],
    ['mobileAppId=demo-app&limit=10&offset=-1', 'offset'],
    ['mobileAppId=demo-app&limit=10&offset=0&excludeDeleted=maybe', 'excludeDeleted'],
  ])('refuses ?%s with 400', async (query, path) => {
    const { status, body } = await report(query);
    expect(status).toBe(400);
    expect(body.details.map((detail: Json) => detail.path)).toEqual([path]);
  });

  it('refuses an app of another organizer with 400', async () => {
    const { status, body } = await report('mobileAppId=other-app&limit=10&offset=0');
    expect(status).toBe(400);
    expect(body.message).toBe('mobileAppId is not one of this organizer');
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
