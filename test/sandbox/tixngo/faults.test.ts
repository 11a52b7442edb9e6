import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTixngoSandbox } from '../../../sandbox/tixngo/sandbox.js';
import { newTicketId, smallTicket } from './ticketsForTests.js';
import { tixngoForTests, type Json } from './tixngoForTests.js';

const tixngo = tixngoForTests();

const plan = (...rules: object[]) => tixngo.hook('/faults', { rules });
const clear = () => fetch(`${tixngo.sandbox.controlUrl}/faults`, { method: 'DELETE' });
const counters = async () => (await tixngo.hook('/counters')).body;

beforeEach(() => tixngo.hook('/counters/reset', {}));
afterEach(clear);

describe('the fault plan of TIXNGO', () => {
  it('shows each rule and how often it struck, and is cleared', async () => {
    const rule = { operation: 'tickets.inject', fault: { kind: 'status', status: 503, retryAfter: 2 }, nth: 1 };
    expect((await plan(rule)).body).toEqual({ seed: 1, rules: [{ ...rule, seen: 0, fired: 0 }] });
    const { status, headers, body } = await tixngo.inject([smallTicket()]);
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '2', 'INTERNAL_ERROR']);
    expect((await tixngo.inject([smallTicket()])).status).toBe(200);
    expect((await tixngo.hook('/faults')).body).toEqual({ seed: 1, rules: [{ ...rule, seen: 2, fired: 1 }] });
    expect(await (await clear()).json()).toEqual({ seed: 1, rules: [] });
  });

  it('loses the answer of an injection that was applied, and counts the call', async () => {
    await plan({ operation: 'tickets.inject', fault: { kind: 'resetAfter' }, nth: 1 });
    const id = newTicketId();
    await expect(tixngo.inject([smallTicket(id)])).rejects.toThrow();
    expect(await tixngo.ticket(id)).toMatchObject({ status: 'INJECTED', notifications: 1 });
    expect(await counters()).toMatchObject({ calls: { 'tickets.inject': 1 }, ticketWrites: 1 });
  });

  it('loses the answer of a deletion that was applied', async () => {
    const id = newTicketId();
    await tixngo.inject([smallTicket(id)]);
    await plan({ operation: 'tickets.delete', fault: { kind: 'truncated' } });
    await expect(tixngo.delete([{ ticketId: id, deletionReason: 'CANCELLED' }])).rejects.toThrow();
    expect((await tixngo.ticket(id)).status).toBe('DELETED');
  });

  it('counts a call that it swallows', async () => {
    await plan({ operation: '*', fault: { kind: 'refused' }, nth: 1 });
    await expect(tixngo.inject([smallTicket()])).rejects.toThrow();
    expect(await counters()).toMatchObject({ calls: { 'tickets.inject': 1 }, ticketWrites: 0, notifications: 0 });
  });

  it.each(['inject', 'delete'] as const)('applies a part of a batch to %s, and answers for that part', async (what) => {
    const ids = [newTicketId(), newTicketId(), newTicketId(), newTicketId()];
    if (what === 'delete') await tixngo.inject(ids.map((id) => smallTicket(id)));
    await plan({ operation: `tickets.${what}`, fault: { kind: 'partial' } });
    const { status, body } =
      what === 'inject'
        ? await tixngo.inject(ids.map((id) => smallTicket(id)))
        : await tixngo.delete(ids.map((ticketId) => ({ ticketId, deletionReason: 'CANCELLED' })));
    expect([status, body.results.map(({ ticketId }: Json) => ticketId)]).toEqual([200, ids.slice(0, 2)]);
    const { tickets } = (await tixngo.hook(`/tickets?ids=${ids.join(',')}`)).body;
    expect(tickets.map(({ status: now }: Json) => now)).toEqual(
      what === 'inject' ? ['INJECTED', 'INJECTED'] : ['DELETED', 'DELETED', 'INJECTED', 'INJECTED'],
    );
  });

  it('never makes a look-up forget a ticket', async () => {
    const ids = [newTicketId(), newTicketId()];
    await tixngo.inject(ids.map((id) => smallTicket(id)));
    await plan({ operation: '*', fault: { kind: 'partial' } });
    expect((await tixngo.post('/tickets/lookup', { ticketIds: ids })).body.results).toHaveLength(2);
  });

  it('refuses a plan for an operation that is not there, with a sentence', async () => {
    const { status, body } = await plan({ operation: 'tickets.injekt', fault: { kind: 'reset' } });
    expect(status).toBe(400);
    expect(body.message).toContain('rules[0].operation: no operation has this name; there are tickets.inject,');
  });

  it('does not touch the hooks', async () => {
    await plan({ operation: '*', fault: { kind: 'status', status: 500 } });
    expect((await tixngo.hook('/counters')).status).toBe(200);
    expect((await tixngo.hook('/faults')).body.rules[0].seen).toBe(0);
  });

  it('can be there from the start, and is checked then', async () => {
    const faults = { rules: [{ operation: '*', fault: { kind: 'status', status: 500 } as const, nth: 1 }] };
    const own = await startTixngoSandbox({ faults, seed: 9 });
    expect((await fetch(own.url, { method: 'POST' })).status).toBe(500);
    expect((await fetch(own.url, { method: 'POST' })).status).toBe(401);
    const shown = (await (await fetch(`${own.controlUrl}/faults`)).json()) as Json;
    expect(shown).toMatchObject({ seed: 9, rules: [{ seen: 2, fired: 1 }] });
    await own.close();
    await expect(
      startTixngoSandbox({ faults: { rules: [{ operation: 'x', fault: { kind: 'reset' } }] } }),
    ).rejects.toThrow('The fault plan cannot be used. rules[0].operation: no operation has this name');
  });
});

it('broke its own contract nowhere: a fault is not the contract', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
