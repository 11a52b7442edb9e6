import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { exportDefinition } from '../../../sandbox/s360/exportDefinitions.js';
import { offered } from '../../../sandbox/s360/exportQueue.js';
import { ContactStore } from '../../../sandbox/s360/contacts/contactStore.js';
import { GeneratedTickets } from '../../../sandbox/s360/data/generatedTickets.js';
import { MobileTicketStore } from '../../../sandbox/s360/mobileTickets/mobileTicketStore.js';
import { TicketStore } from '../../../sandbox/s360/ticketStore.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, typed arrays too. */
function used(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const COUNT = 1_000_000;

describe('a million tickets', () => {
  it('are not held: each costs some bytes, not a row', () => {
    const empty = used();
    const store = new TicketStore(new GeneratedTickets(1, COUNT, 7), () => 0);
    const flags = store.flagsOf('TIXNGO_INJECTION');
    const definition = exportDefinition('TIXNGO_INJECTION')!;
    const query = (afterTicketId: number | null) => ({
      definition,
      flags,
      selection: {
        afterTicketId,
        ticketIds: null,
        taxNumbers: null,
        pointsOfSales: new Set<string>(),
        conditions: [],
      },
      changedWithin: { from: null, to: null },
      limit: 1000,
    });
    // The head is found behind 999 000 tickets that are done, and the tail behind an id.
    for (let index = 0; index < COUNT - 1000; index += 1) flags.set(index, 1);
    const head = offered(store, query(null));
    expect(head[0]).toBeGreaterThanOrEqual(COUNT - 1000);
    expect(offered(store, query(store.idAt(COUNT - 100)))[0]).toBeGreaterThan(COUNT - 100);
    expect(store.rowAt(head[0]!).ticket_state).toBe('NOT_PRINTED');

    const bytesPerTicket = (used() - empty) / COUNT;
    const bytesPerRow = JSON.stringify(store.rowAt(0)).length;
    expect(bytesPerTicket).toBeLessThan(30);
    expect(bytesPerRow / bytesPerTicket).toBeGreaterThan(20);
  });
});

describe('the contacts of a million tickets', () => {
  it('are found by e-mail and number without being held', () => {
    const empty = used();
    const source = new GeneratedTickets(1, COUNT, 7);
    const contacts = new ContactStore(source);
    for (let index = 0; index < COUNT; index += 50_021) {
      const [number, email] = [source.valueAt(index, 'contact_number'), source.rowAt(index).contact_email];
      expect(source.valueAt(index, 'contact_email')).toBe(email);
      if (email === null) continue;
      const found = contacts.byEmail(email.toUpperCase()).map(({ contactNumber }) => contactNumber);
      expect(found).toContain(number);
    }
    expect((used() - empty) / COUNT).toBeLessThan(30);
  });
});

describe('fifty thousand mobile tickets with five lines of history each', () => {
  it('cost about one entry each: details are kept of the current status only', () => {
    const person = { email: 'somebody@example.org', title: 'MRS', firstName: 'Maëlle', lastName: "d'Aubigné" };
    const text = (ticketId: number, minute: number) =>
      JSON.stringify({
        ticketId,
        organizationCode: 'FCDEMO',
        status: `STATUS_${String(minute)}`,
        statusChangedAt: new Date(Date.UTC(2027, 0, 1, 0, minute)).toISOString(),
        eventId: '10228000101',
        owner: {
          ...person,
          dateOfBirth: '1990-02-28',
          idCardNumber: `X${String(ticketId)}`,
          phoneNumber: '+447700900001',
        },
        initialOwnerEmail: `visitor${String(ticketId)}@example.org`,
        holder: { ...person, dateOfBirth: '1990-02-28', nationality: 'FR' },
        activation: null,
        deletion: null,
        transfer: null,
        extraFields: [{ key: 'shirt', value: 'L' }],
        beaconName: null,
      });
    const empty = used();
    const store = new MobileTicketStore();
    for (let ticket = 0; ticket < 50_000; ticket += 1) {
      for (let minute = 0; minute < 5; minute += 1) store.store(ticket, JSON.parse(text(ticket, minute)));
    }
    const bytesPerTicket = (used() - empty) / 50_000;
    expect(store.historyAt(49_999)).toHaveLength(5);
    expect(store.currentAt(49_999)?.status).toBe('STATUS_4');
    expect(bytesPerTicket).toBeLessThan(5 * text(0, 0).length);
  });
});
