import { beforeEach, describe, expect, it } from 'vitest';
import { smallEvent, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

/** A ticket of an event with the given changes. */
function ticketOf(eventId: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return withField(smallTicket(), 'event', { ...smallEvent(eventId), ...changes });
}

async function eventData(eventId: string): Promise<Record<string, unknown>> {
  return (await tixngo.get(`/events/${eventId}`)).body.event;
}

beforeEach(() => tixngo.hook('/counters/reset', {}));

describe('an injection', () => {
  it('creates the event of an id that TIXNGO does not know, once', async () => {
    await tixngo.inject([ticketOf('E-new'), ticketOf('E-new'), ticketOf('E-new-2')]);
    await tixngo.inject([ticketOf('E-new')]);
    const { body } = await tixngo.get('/events/E-new');
    expect(body).toEqual({
      eventId: 'E-new',
      event: smallEvent('E-new'),
      createdBy: 'INJECTION',
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
      tickets: 3,
    });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ eventsCreated: 2, eventsUpdated: 0 });
  });

  it('creates no event for a ticket that is refused', async () => {
    await tixngo.inject([withField(ticketOf('E-refused'), 'security.barcode', '')]);
    expect((await tixngo.get('/events/E-refused')).status).toBe(404);
  });

  it('overwrites name, address, website and metadata of a known event', async () => {
    await tixngo.inject([ticketOf('E-over')]);
    const news = {
      name: { en: 'Geneva - Basel', fr: 'Genève - Bâle' },
      address: { site: 'Other stadium', city: 'Lyon', countryCode: 'FR', zip: '69000' },
      website: 'https://www.example.org/new',
      metadata: [{ key: 'a', value: 'b' }],
    };
    await tixngo.inject([ticketOf('E-over', news)]);
    expect(await eventData('E-over')).toEqual({ ...smallEvent('E-over'), ...news });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ eventsCreated: 1, eventsUpdated: 1 });
  });

  it('never overwrites times or group of a known event', async () => {
    await tixngo.inject([ticketOf('E-kept', { group: { name: 'Cup' } })]);
    await tixngo.inject([
      ticketOf('E-kept', {
        startTime: '2027-07-01T18:00:00+02:00',
        expirationDate: '2027-07-02T18:00:00+02:00',
        group: { name: 'League' },
      }),
    ]);
    expect(await eventData('E-kept')).toEqual({ ...smallEvent('E-kept'), group: { name: 'Cup' } });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ eventsUpdated: 0 });
  });

  it('overwrites nothing with what it leaves out', async () => {
    await tixngo.inject([ticketOf('E-out', { website: 'https://www.example.org/' })]);
    await tixngo.inject([ticketOf('E-out', { website: null })]);
    await tixngo.inject([ticketOf('E-out')]);
    expect(await eventData('E-out')).toMatchObject({ website: 'https://www.example.org/' });
  });

  it('overwrites exactly what the organizer is set to', async () => {
    await tixngo.hook('/settings', { overwritableEventFields: ['startTime'] });
    await tixngo.inject([ticketOf('E-set')]);
    await tixngo.inject([ticketOf('E-set', { name: 'Other', startTime: '2027-07-01T18:00:00+02:00' })]);
    expect(await eventData('E-set')).toEqual({ ...smallEvent('E-set'), startTime: '2027-07-01T18:00:00+02:00' });
    await tixngo.hook('/settings', { overwritableEventFields: ['name', 'address', 'website', 'metadata'] });
  });
});

describe('the event operations', () => {
  it('create an event that later injections fill', async () => {
    const { status, body } = await tixngo.post('/events', smallEvent('E-made'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ eventId: 'E-made', createdBy: 'EVENT_OPERATION', tickets: 0 });
    await tixngo.inject([ticketOf('E-made', { startTime: '2027-07-01T18:00:00+02:00' })]);
    expect((await tixngo.get('/events/E-made')).body).toMatchObject({ event: smallEvent('E-made'), tickets: 1 });
    expect((await tixngo.hook('/counters')).body).toMatchObject({ eventsCreated: 1 });
  });

  it('do not create an event twice', async () => {
    await tixngo.post('/events', smallEvent('E-twice'));
    const { status, body } = await tixngo.post('/events', smallEvent('E-twice'));
    expect(status).toBe(409);
    expect(body.code).toBe('CONFLICT');
  });

  it('replace an event, times included', async () => {
    await tixngo.post('/events', smallEvent('E / é'));
    const moved = { ...smallEvent('E / é'), startTime: '2027-08-01T18:00:00+02:00' };
    const path = `/events/${encodeURIComponent('E / é')}`;
    const { status, body } = await tixngo.put(path, moved);
    expect(status).toBe(200);
    expect(body.event).toEqual(moved);
    expect((await tixngo.get(path)).body).toEqual(body);
    expect((await tixngo.hook('/counters')).body).toMatchObject({ eventsUpdated: 1 });
  });

  it('refuse another id than the one of the address', async () => {
    await tixngo.post('/events', smallEvent('E-id'));
    const { status, body } = await tixngo.put('/events/E-id', smallEvent('E-other'));
    expect(status).toBe(400);
    expect(body.details).toEqual([{ path: 'id', issue: 'must be the id of the address' }]);
  });

  it('refuse an event that is not valid, and name every path', async () => {
    const { status, body } = await tixngo.post('/events', { id: 'E-bad', name: 7, address: { site: '' } });
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION_ERROR');
    expect(body.details.map(({ path }: Json) => path)).toEqual([
      'name',
      'address.site',
      'address.city',
      'address.countryCode',
      'address.zip',
      'startTime',
      'expirationDate',
    ]);
    expect((await tixngo.post('/events', null)).status).toBe(400);
    expect((await tixngo.get('/events/E-bad')).status).toBe(404);
  });

  it('do not know an event that nobody created', async () => {
    expect((await tixngo.get('/events/E-nowhere')).body).toEqual({
      code: 'NOT_FOUND',
      message: 'No event with this id',
    });
    expect((await tixngo.put('/events/E-nowhere', smallEvent('E-nowhere'))).status).toBe(404);
  });

  it('are all listed by the hook', async () => {
    const { body } = await tixngo.hook('/events');
    expect(body.total).toBe(body.events.length);
    expect(body.events.map(({ eventId }: Json) => eventId)).toContain('E-made');
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
