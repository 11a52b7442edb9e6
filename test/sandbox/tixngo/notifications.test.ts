import { beforeEach, describe, expect, it } from 'vitest';
import { newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();

async function toldAbout(ticketId: string): Promise<number> {
  return (await tixngo.hook(`/tickets?ids=${ticketId}`)).body.tickets[0].notifications;
}

async function toldInAll(): Promise<number> {
  return (await tixngo.hook('/counters')).body.notifications;
}

beforeEach(() => tixngo.hook('/counters/reset', {}));

describe('the counters', () => {
  it('count every call by its operation, refused ones included', async () => {
    await tixngo.inject([smallTicket()]);
    await tixngo.send('POST', '/tickets', 'no JSON');
    await tixngo.get('/events/E-1');
    await tixngo.get('/report/events/E-1/tickets');
    const { body } = await tixngo.hook('/counters');
    expect(body.calls).toEqual({ 'tickets.inject': 2, 'events.get': 1, 'report.eventTickets': 1 });
  });

  it('start from zero after a reset, and the tickets stay', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id), {}]);
    const { body } = await tixngo.hook('/counters/reset', {});
    expect(body).toEqual({
      calls: {},
      rateLimited: 0,
      ticketWrites: 0,
      ticketsInjected: 0,
      ticketsUpdated: 0,
      ticketsRejected: 0,
      ticketsControlled: 0,
      ticketsControlledAgain: 0,
      ticketsDeletionRequested: 0,
      deletionsConfirmed: 0,
      eventsCreated: 0,
      eventsUpdated: 0,
      definitionWrites: 0,
      definitionsCreated: 0,
      definitionsUpdated: 0,
      definitionsUnchanged: 0,
      privilegesCreated: 0,
      privilegesUpdated: 0,
      privilegesRejected: 0,
      privilegesUsed: 0,
      ticketsDownloaded: 0,
      ticketsAssigned: 0,
      ticketsActivated: 0,
      transfersStarted: 0,
      transfersAccepted: 0,
      transfersRefused: 0,
      transfersCancelled: 0,
      transfersLapsed: 0,
      diffEntries: 0,
      notifications: 0,
      unknownFields: {},
    });
    expect((await tixngo.hook('/counters')).body).toEqual(body);
    expect(await toldAbout(id)).toBe(1);
  });
});

describe('people', () => {
  it('are told once of a new ticket, and not of a repeat that changes nothing', async () => {
    const id = newTicketId();
    for (let n = 0; n < 3; n += 1) await tixngo.inject([smallTicket(id)]);
    expect(await toldAbout(id)).toBe(1);
    expect(await toldInAll()).toBe(1);
    expect((await tixngo.hook('/counters')).body).toMatchObject({ ticketWrites: 3, ticketsUpdated: 2 });
  });

  it('are told of a change', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await tixngo.inject([withField(smallTicket(id), 'sortingKey', 'B')]);
    expect(await toldAbout(id)).toBe(2);
  });

  it('are not told of a ticket that is refused', async () => {
    await tixngo.inject([withField(smallTicket(), 'security.barcode', '')]);
    expect(await toldInAll()).toBe(0);
  });

  it('are told at every accepted write in strict mode', async () => {
    await tixngo.hook('/settings', { strictNotifications: true });
    const id = newTicketId();
    for (let n = 0; n < 3; n += 1) await tixngo.inject([smallTicket(id)]);
    expect(await toldAbout(id)).toBe(3);
    expect(await toldInAll()).toBe(3);
    await tixngo.hook('/settings', { strictNotifications: false });
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
