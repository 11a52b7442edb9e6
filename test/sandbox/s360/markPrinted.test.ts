import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

let s360: S360ForTests;
let truth: Row[];
const inState = (state: string) => truth.find((row) => row['ticket_state'] === state)!.ticket_id;
const truthOf = async (id: number) => (await s360.get(`${HOOKS}/tickets?ids=${id}`)).body.tickets[0].row;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 1500, seed: 8 });
  truth = await s360.truth();
});
afterAll(() => s360.close());

describe('marking tickets as printed', () => {
  it('prints by the point of sales that is named, and says so again when it is repeated', async () => {
    const id = inState('NOT_PRINTED');
    expect((await s360.print([id])).body.results).toEqual([{ ticketId: id, outcome: 'PRINTED' }]);
    expect(await truthOf(id)).toMatchObject({ ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE' });
    expect((await s360.print([id])).body.results).toEqual([{ ticketId: id, outcome: 'ALREADY_PRINTED' }]);
  });

  it('refuses each ticket that cannot be printed, and prints the others', async () => {
    const good = truth.filter((row) => row['ticket_state'] === 'NOT_PRINTED')[5]!.ticket_id;
    const cancelled = inState('CANCELLED');
    const invalidated = inState('INVALIDATED');
    const elsewhere = inState('PRINTED');
    const { body } = await s360.print([cancelled, invalidated, 5, elsewhere, good]);
    expect(body.results).toEqual([
      { ticketId: cancelled, outcome: 'REFUSED', errorCode: 'TICKET_CANCELLED' },
      { ticketId: invalidated, outcome: 'REFUSED', errorCode: 'TICKET_INVALIDATED' },
      { ticketId: 5, outcome: 'REFUSED', errorCode: 'UNKNOWN_TICKET' },
      { ticketId: elsewhere, outcome: 'REFUSED', errorCode: 'PRINTED_ELSEWHERE' },
      { ticketId: good, outcome: 'PRINTED' },
    ]);
    expect(await truthOf(cancelled)).toMatchObject({ ticket_state: 'CANCELLED', printed_by: null });
    expect((await truthOf(elsewhere)).printed_by).not.toBe('TIXNGO;MOBILE');
  });

  it('refuses a point of sales that does not exist as a whole', async () => {
    const id = truth.filter((row) => row['ticket_state'] === 'NOT_PRINTED')[9]!.ticket_id;
    const { status, body } = await s360.print([id], 'TIXNGO', 'GATE1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ statusCode: 'error.unknownPointOfSales', statusDetail: 'TIXNGO;GATE1' });
    expect((await truthOf(id)).ticket_state).toBe('NOT_PRINTED');
  });

  it('counts what was printed', async () => {
    await s360.post(`${HOOKS}/counters/reset`, '');
    const two = truth.filter((row) => row['ticket_state'] === 'NOT_PRINTED').slice(20, 22);
    await s360.print([...two.map((row) => row.ticket_id), 5]);
    await s360.print(two.map((row) => row.ticket_id));
    expect((await s360.get(`${HOOKS}/counters`)).body).toMatchObject({
      calls: { 'markPrinted.markPrinted': 2 },
      printed: 2,
      alreadyPrinted: 2,
      printRefused: 1,
      flagged: 0,
    });
  });

  it('takes 1000 tickets at most', async () => {
    expect((await s360.print(Array.from({ length: 1001 }, (_, id) => id))).status).toBe(400);
  });
});
