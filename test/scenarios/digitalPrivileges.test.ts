import { afterEach, describe, expect, it } from 'vitest';

import type { DigitalPrivilegesInput } from '../../src/domain/digitalPrivilegesInput.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { today } from '../support/today.js';
import { World, type WorldOptions } from '../support/world.js';

let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  // One ticket that the data has of its own, and whatever a test sells.
  world = await World.start({ ...options, s360: { tickets: 1, ...options.s360 } });
  await world.worker();
}

afterEach(async () => {
  expect(world.violations()).toEqual([]);
  await world.close();
});

interface SoldCard {
  readonly ticketId: number;
  readonly ticketIds: readonly number[];
}

/** A privilege as the TIXNGO sandbox tells the whole truth about it. */
interface Privilege {
  readonly privilegeId: string;
  readonly definitionId: string;
  readonly ownerEmail: string;
  readonly status: string;
  readonly ticketIds: readonly string[];
  readonly linkedTicketIds: readonly string[];
  readonly notifications: number;
}

interface Counters {
  readonly definitionWrites: number;
  readonly definitionsCreated: number;
  readonly definitionsUpdated: number;
  readonly privilegesCreated: number;
  readonly privilegesUpdated: number;
  readonly ticketWrites: number;
}

async function sell(count: number, order: object = {}): Promise<SoldCard[]> {
  const kind = 'SEASON_TICKET_CARD';
  return (await world.s360<{ cards: SoldCard[] }>('box-office/sell-cards', { count, kind, ...order })).cards;
}

async function sellOne(order: object = {}): Promise<SoldCard> {
  const [card] = await sell(1, order);
  if (card === undefined) throw new Error('no card was sold');
  return card;
}

function run(input?: DigitalPrivilegesInput): Promise<RunResult> {
  return world.runFunction('digitalPrivilegesInjection', input);
}

async function privileges(): Promise<Privilege[]> {
  return (await world.tixngo<{ privileges: Privilege[] }>('privileges?limit=5000')).privileges;
}

async function privilegeOf({ ticketId }: SoldCard): Promise<Privilege | undefined> {
  return (await privileges()).find(({ privilegeId }) => privilegeId === String(ticketId));
}

async function cardOf({ ticketId }: SoldCard) {
  const card = (await world.s360Tickets()).find(({ row }) => row.ticket_id === ticketId);
  if (card === undefined) throw new Error('S-360 does not have the card');
  return card;
}

/** The product of the cards has another name, in a later second than the last mark. */
async function rename(cards: readonly SoldCard[], name: string): Promise<void> {
  await world.s360('clock', { advanceSeconds: 2 });
  await world.changeTickets(cards.map(({ ticketId }) => ({ ticketId, set: { product_name: name } })));
}

async function definitionNames(): Promise<string[]> {
  const { definitions } = await world.tixngo<{ definitions: { name: string }[] }>('privilege-definitions');
  return definitions.map(({ name }) => name).sort();
}

function counters(): Promise<Counters> {
  return world.tixngo<Counters>('counters');
}

describe('digital privileges injection', () => {
  it('injects cards alone, with their tickets in whatever order they arrive, and leaves tickets alone to ticket injection', async () => {
    await start({ tixngo: { strictNotifications: true } });
    const alone = await sellOne({ kind: 'MEMBERSHIP_CARD' });
    const cardFirst = await sellOne({ tickets: 2 });
    const preview = await run({ simulation: true });
    expect(preview).toMatchObject({ counts: { sent: 2, definitions: 2 } });
    expect(await counters()).toMatchObject({ ticketWrites: 0, definitionWrites: 0 });
    expect((await world.s360Counters()).printed).toBe(0);

    const result = await run();
    expect(result).toMatchObject({ endState: 'OK', counts: { sent: 2, processed: 2, definitions: 2, parked: 0 } });
    expect(await privilegeOf(alone)).toMatchObject({ status: 'ACTIVE', ticketIds: [], notifications: 1 });
    const linked = cardFirst.ticketIds.map(String);
    expect(await privilegeOf(cardFirst)).toMatchObject({ ticketIds: linked, linkedTicketIds: [] });
    const { row, flags } = await cardOf(cardFirst);
    expect(row).toMatchObject({ ticket_state: 'PRINTED', printed_by: 'TIXNGO;MOBILE' });
    expect(Object.keys(flags)).toEqual(['TIXNGO_PRIVILEGES']);

    const ticketsFirst = await sellOne({ tickets: 2 });
    const { ticketIds: ticketsAlone } = await world.s360<{ ticketIds: number[] }>('box-office/sell', { count: 3 });
    await world.run();
    expect(await privilegeOf(ticketsFirst)).toBeUndefined();
    expect(await privilegeOf(cardFirst)).toMatchObject({ linkedTicketIds: linked });
    await run();
    expect(await privilegeOf(ticketsFirst)).toMatchObject({ linkedTicketIds: ticketsFirst.ticketIds.map(String) });

    const ids = new Set((await privileges()).map(({ privilegeId }) => privilegeId));
    expect(ids).toEqual(new Set([alone, cardFirst, ticketsFirst].map(({ ticketId }) => String(ticketId))));
    const mobile = new Set((await world.mobileTickets()).map(({ ticketId }) => ticketId));
    expect([...ticketsAlone, ...cardFirst.ticketIds].every((id) => mobile.has(String(id)))).toBe(true);
    // Strict: every accepted write tells somebody, also a needless one.
    expect((await privileges()).map(({ notifications }) => notifications)).toEqual([1, 1, 1]);
    expect(await counters()).toMatchObject({ definitionWrites: 2, definitionsCreated: 2 });
  });

  it('injects 10,000 cards of 3 products with 3 definitions, and writes nothing the second time', async () => {
    await start({ s360: { checkAnswers: false }, tixngo: { strictNotifications: true, checkAnswers: false } });
    await sell(6_600, { kind: 'MEMBERSHIP_CARD' });
    await sell(3_400);
    expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 10_000, processed: 10_000, definitions: 3 } });
    const after = await counters();
    expect(after).toMatchObject({ definitionWrites: 3, privilegesCreated: 10_000, ticketWrites: 10_000 });

    expect(await run()).toMatchObject({ endState: 'OK', counts: { offered: 0, sent: 0, definitions: 0 } });
    expect(await counters()).toEqual({ ...after });
    // Known from run to run: a new card of a product that TIXNGO has writes no definition.
    await sellOne();
    expect(await run()).toMatchObject({ counts: { sent: 1, definitions: 0 } });
    expect((await counters()).definitionWrites).toBe(3);
  }, 120_000);

  it('writes a definition again when the product has changed, or when TIXNGO has lost it', async () => {
    await start({ tixngo: { strictNotifications: true } });
    const first = await sellOne();
    await run();
    await world.changeTickets([{ ticketId: first.ticketId, set: { product_name: 'Season ticket, second edition' } }]);
    expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 0, found: 1, definitions: 1 } });
    expect(await counters()).toMatchObject({ definitionsUpdated: 1, privilegesUpdated: 0 });

    const { definitionId } = (await privilegeOf(first)) ?? {};
    for (const resultStyle of ['perTicket', 'wholeBatch', 'none']) {
      await world.tixngo('settings', { resultStyle });
      await world.tixngo('privilege-definitions/forget', { definitionIds: [definitionId] });
      await world.tixngo('counters/reset', {});
      const member = await sellOne({ kind: 'MEMBERSHIP_CARD' });
      const cards = await sell(2);
      await world.changeTickets(
        cards.map(({ ticketId }) => ({ ticketId, set: { product_name: 'Season ticket, second edition' } })),
      );
      expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 3, parked: 0 } });
      expect(await counters()).toMatchObject({
        definitionsCreated: resultStyle === 'perTicket' ? 2 : 1,
        privilegesCreated: 3,
      });
      for (const card of [member, ...cards]) expect(await privilegeOf(card)).toMatchObject({ notifications: 1 });
    }
  });

  it.each([{ kind: 'status', status: 500 }, { kind: 'status', status: 429, retryAfter: 1 }, { kind: 'reset' }])(
    'a changed definition is written in the end, though its write fails once (%j)',
    async (fault) => {
      await start();
      const cards = await sell(30, { kind: 'MEMBERSHIP_CARD', productCode: 'MEMBER' });
      await run();
      await rename(cards, 'Members of the club');
      await world.tixngo('faults', { rules: [{ operation: 'privilegeDefinitions.write', fault, first: 1 }] });
      expect(await run()).toMatchObject({ endState: 'OK', counts: { processed: 30, sent: 0 } });
      expect(await definitionNames()).toEqual(['Members of the club']);
      expect(await run()).toMatchObject({ endState: 'OK', counts: { offered: 0 } });
    },
  );

  it('a definition that changed is written for cards that TIXNGO has and S-360 was never told of', async () => {
    await start();
    const cards = await sell(5, { kind: 'MEMBERSHIP_CARD', productCode: 'MEMBER' });
    await world.s360('faults', {
      rules: [{ operation: 'markPrinted.markPrinted', fault: { kind: 'status', status: 403 }, first: 1 }],
    });
    await expect(run()).rejects.toThrow();
    await rename(cards, 'Members of the club');
    expect(await run()).toMatchObject({ endState: 'OK', counts: { found: 5, sent: 0, processed: 5, definitions: 1 } });
    expect(await definitionNames()).toEqual(['Members of the club']);
  });

  it('names a linked ticket by its tax number only when it has one: until then the card waits', async () => {
    await start({ configuration: { interface: { ticketIdentifier: 'taxNumber' } } });
    const card = await sellOne({ tickets: 2 });
    const { row } = await cardOf(card);
    const numbers = String(row['linked_tax_numbers']);
    await world.changeTickets([{ ticketId: card.ticketId, set: { linked_tax_numbers: numbers.replace(/,.*/, ',') } }]);
    expect(await run()).toMatchObject({
      endState: 'WARNING',
      counts: { sent: 0 },
      parkedReasons: { 'FIELD_REQUIRED ticketIds': 1 },
    });
    await world.s360('clock', { advanceSeconds: 2 });
    await world.changeTickets([{ ticketId: card.ticketId, set: { linked_tax_numbers: numbers } }]);
    expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
    expect((await privileges()).map(({ ticketIds }) => ticketIds.join(','))).toEqual([numbers]);
  });

  it('leaves a used card with its owner, also if S-360 gives it to somebody else', async () => {
    await start({ tixngo: { strictNotifications: true } });
    const card = await sellOne({ tickets: 1 });
    await run();
    const owner = (await privilegeOf(card))?.ownerEmail;
    await world.s360('gates/control', { ticketIds: [card.ticketId] });
    await world.runFunction('pushControlled');
    const set = { holder_email: 'somebody.else@example.org', contact_email: 'somebody.else@example.org' };
    await world.changeTickets([{ ticketId: card.ticketId, set }]);
    await world.s360('box-office/add-card-tickets', { ticketId: card.ticketId, count: 1 });
    const told = (await privilegeOf(card))?.notifications;
    await run();
    expect(await privilegeOf(card)).toMatchObject({ status: 'USED', ownerEmail: owner, notifications: told });
  });

  it('adds tickets that a card gets later, and a new owner; a change that TIXNGO does not show writes nothing', async () => {
    await start({ tixngo: { strictNotifications: true } });
    const card = await sellOne({ tickets: 1 });
    await run();
    const { ticketIds } = await world.s360<{ ticketIds: number[] }>('box-office/add-card-tickets', {
      ticketId: card.ticketId,
      count: 2,
    });
    expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1, definitions: 0 } });
    expect((await privilegeOf(card))?.ticketIds).toEqual([...card.ticketIds, ...ticketIds].map(String));
    expect(await run()).toMatchObject({ counts: { offered: 0 } });

    await world.changeTickets([{ ticketId: card.ticketId, set: { price: 12_345 } }]);
    expect(await run()).toMatchObject({ counts: { sent: 0, found: 1, processed: 1 } });
    await world.changeTickets([{ ticketId: card.ticketId, set: { holder_email: 'heir@example.org' } }]);
    expect(await run()).toMatchObject({ counts: { sent: 1 } });
    expect(await privilegeOf(card)).toMatchObject({ ownerEmail: 'heir@example.org' });
    expect(await counters()).toMatchObject({ privilegesCreated: 1, privilegesUpdated: 2 });
    expect((await cardOf(card)).row).toMatchObject({ ticket_state: 'PRINTED' });

    // Named by hand, processed or not: sent again, as an update.
    const forced = {
      forceTickets: `id:${String(card.ticketId)},TN-NOT-THERE`,
      overrideDay: today(),
    };
    expect(await run(forced)).toMatchObject({ endState: 'OK', counts: { sent: 1, found: 0, notOffered: 1 } });
  });

  it('parks a bad card and sends the others; one without its holder waits; a skipped one stays', async () => {
    await start({ configuration: { privileges: { mandatoryTicketHolderFields: ['LASTNAME'] } } });
    const [bad, long, waiting, skipped, good] = await sell(5);
    if (!bad || !long || !waiting || !skipped || !good) throw new Error('too few cards');
    await world.changeTickets([
      { ticketId: bad.ticketId, set: { holder_email: null, contact_email: null } },
      { ticketId: long.ticketId, set: { barcode: 'x'.repeat(513) } },
      { ticketId: waiting.ticketId, set: { holder_last_name: null } },
    ]);
    const skipTickets = `id:${String(skipped.ticketId)}`;
    const first = await run({ skipTickets });
    expect(first).toMatchObject({
      endState: 'WARNING',
      counts: { sent: 1, parked: 2, waitingForHolder: 1, skipped: 1 },
      parkedReasons: { 'FIELD_REQUIRED spectatorDetails.email': 1, 'FIELD_TOO_LONG barcode': 1 },
    });
    expect((await privileges()).map(({ privilegeId }) => privilegeId)).toEqual([String(good.ticketId)]);

    // S-360 dates its records to the second.
    await world.s360('clock', { advanceSeconds: 2 });
    await world.changeTickets([
      { ticketId: bad.ticketId, set: { holder_email: 'zoe@example.org' } },
      { ticketId: long.ticketId, set: { barcode: '0012345678' } },
      { ticketId: waiting.ticketId, set: { holder_last_name: 'Müller' } },
    ]);
    expect(await run({ skipTickets })).toMatchObject({ endState: 'OK', counts: { sent: 3, parked: 0 } });
    expect(await run()).toMatchObject({ counts: { sent: 1 } });
  });

  it('refused definitions park the cards of that product only, with the field that TIXNGO names', async () => {
    await start({ configuration: { interface: { customParameters: { enforceMandatoryParameters: false } } } });
    const card = await sellOne();
    await world.changeTickets([{ ticketId: card.ticketId, set: { product_name: 'x'.repeat(2_000) } }]);
    const member = await sellOne({ kind: 'MEMBERSHIP_CARD' });
    expect(await run()).toMatchObject({
      endState: 'WARNING',
      counts: { sent: 1, parked: 1 },
      parkedReasons: { 'DEFINITION_REFUSED name': 1 },
    });
    expect((await privileges()).map(({ privilegeId }) => privilegeId)).toEqual([String(member.ticketId)]);
  });

  it('a card that is cancelled while it is injected is marked processed, not PRINTED, and push cancelled deletes it', async () => {
    let cancel: () => Promise<unknown> = () => Promise.resolve();
    await start({
      tixngo: {
        around: async ({ name }, apply) => {
          const answer = await apply();
          if (name === 'privileges.inject') await cancel();
          return answer;
        },
      },
    });
    const card = await sellOne({ tickets: 1 });
    cancel = () => world.s360('box-office/cancel', { ticketIds: [card.ticketId] });
    expect(await run()).toMatchObject({ endState: 'OK', counts: { cancelledMeanwhile: 1, processed: 1 } });
    expect((await cardOf(card)).row).toMatchObject({ ticket_state: 'CANCELLED' });
    expect(await world.runCancelled()).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
    expect(await privilegeOf(card)).toMatchObject({ status: 'DELETED' });
    expect(await run()).toMatchObject({ counts: { offered: 0 } });
  });

  it('announces nothing twice when the answer of TIXNGO or of S-360 is lost, or leaves cards out', async () => {
    await start({ tixngo: { strictNotifications: true }, configuration: { privileges: { batchSize: 10 } } });
    const cards = await sell(25);
    await world.tixngo('faults', {
      rules: [
        { operation: 'privileges.inject', fault: { kind: 'timeoutAfter' }, nth: 1 },
        { operation: 'privileges.inject', fault: { kind: 'partial', keep: 0.5, applied: 'all' }, nth: 2 },
      ],
    });
    await world.s360('faults', {
      rules: [{ operation: 'markPrinted.markPrinted', fault: { kind: 'timeoutAfter' }, first: 1 }],
    });
    expect(await run()).toMatchObject({ endState: 'OK', counts: { processed: 25, parked: 0 } });
    expect((await privileges()).map(({ notifications }) => notifications)).toEqual(cards.map(() => 1));
    expect((await counters()).definitionWrites).toBe(1);
    for (const card of await Promise.all(cards.map(cardOf)))
      expect(card.row).toMatchObject({ ticket_state: 'PRINTED' });
  }, 60_000);

  it.each(['eventReport', 'none'])(
    'without a look-up of privileges (%s), a change waits for a person, or is sent again',
    async (lookup) => {
      const change = (whenInDoubt: string) => ({ interface: { lookup, whenInDoubt } });
      world = await World.start({ s360: { tickets: 1 }, configuration: change('resend') });
      const endFirst = await world.worker();
      const card = await sellOne({ tickets: 1 });
      expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 1 } });
      await endFirst();

      const endHolding = await world.worker(change('hold'));
      await world.s360('box-office/add-card-tickets', { ticketId: card.ticketId, count: 1 });
      expect(await run()).toMatchObject({ endState: 'WARNING', counts: { sent: 0 }, parkedReasons: { IN_DOUBT: 1 } });
      await endHolding();

      await world.worker(change('resend'));
      expect(await run()).toMatchObject({ endState: 'OK', counts: { sent: 1, processed: 1 } });
      expect((await privilegeOf(card))?.ticketIds).toHaveLength(2);
    },
  );
});
