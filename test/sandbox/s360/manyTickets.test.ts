import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { exportDefinition } from '../../../sandbox/s360/exportDefinitions.js';
import { offered } from '../../../sandbox/s360/exportQueue.js';
import { GeneratedTickets } from '../../../sandbox/s360/data/generatedTickets.js';
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
      selection: { afterTicketId, ticketIds: null, pointsOfSales: new Set<string>(), conditions: [] },
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
