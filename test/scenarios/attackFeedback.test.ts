import { describe, expect, it, vi } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { startTixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import { impatientBundle } from '../support/impatientBundle.js';
import { letPausesPass, parkedOf, startFeedbackScene, type FeedbackScene } from '../support/feedbackScene.js';
import { viewS360, type KeptContact, type KeptTicket, type S360View } from '../support/feedbackView.js';
import type { World, WorldOptions } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 4, testTimeout: 120_000 });

/** A world of its own for each attack. */
async function inScene(options: WorldOptions, attack: (scene: FeedbackScene) => Promise<void>): Promise<void> {
  const scene = await startFeedbackScene({ ...options, s360: { tickets: 60, ...options.s360 } });
  try {
    await attack(scene);
  } finally {
    await scene.world.close();
  }
}

async function kept(world: World, ticketId: string): Promise<KeptTicket | undefined> {
  return (await viewS360(world)).tickets.find((ticket) => ticket.ticketId === Number(ticketId));
}

function linesOf({ distributions }: S360View, ticketId: string): readonly string[] {
  return distributions.find((one) => one.ticketId === Number(ticketId))?.lines.map(({ status }) => status) ?? [];
}

function guestOf(ticketId: string): string {
  return `guest.of.${ticketId}@strangers.example`;
}

async function transfer(world: World, ticketIds: readonly string[], recipientEmails = ticketIds.map(guestOf)) {
  await world.tixngo('phones/download', { ticketIds });
  await world.tixngo('spectators/transfer', { ticketIds, recipientEmails });
}

function append(
  world: World,
  entry: { readonly ticketId: string } & Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return world.tixngo('diff/append', entry);
}

interface DiffAnswer {
  pagination: { nextPageKey?: string | null; hasMore?: boolean };
  result: object[];
}

/**
 * Answers TIXNGO's diff otherwise: `ask` gives the true answer for a key.
 *
 * @param answer null refuses the key
 */
function diffAnswers(
  answer: (key: string, ask: (key: string) => Promise<DiffAnswer>) => Promise<DiffAnswer | null>,
): Around {
  return async ({ name, context }, apply) => {
    if (name !== 'tickets.diff' || context.req.header('asked-by') === 'this test') return apply();
    const changed = await answer(context.req.query('paginationKey') ?? '', async (key) => {
      const url = new URL(context.req.url);
      url.searchParams.set('paginationKey', key);
      const headers = { 'x-api-key': 'sandbox-api-key', 'asked-by': 'this test' };
      return (await (await fetch(url, { headers })).json()) as DiffAnswer;
    });
    return changed === null ? context.json({ code: 'INVALID_PAGINATION_KEY' }, 400) : context.json({ ...changed });
  };
}

describe.concurrent('an entry that S-360 cannot take stops no other', () => {
  it('a ticket with a long number as id, from somebody else’s import', () =>
    inScene({}, async ({ world, ids }) => {
      await append(world, {
        ticketId: '1234567890123456789',
        status: 'DOWNLOADED',
        statusChangedAt: '2027-01-01T10:00:00.000Z',
      });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { stored: ids.length, unknownTickets: 1 },
      });
    }));

  it('a time with microseconds and another offset', () =>
    inScene({}, async ({ world, ids }) => {
      const [one = ''] = ids;
      await append(world, { ticketId: one, status: 'DOWNLOADED', statusChangedAt: '2099-01-01T10:00:00.123456+02:00' });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: ids.length + 1 } });
      expect((await kept(world, one))?.current?.status).toBe('DOWNLOADED');
    }));

  it('a time of the activation that is none', () =>
    inScene({}, async ({ world, ids }) => {
      const [one = ''] = ids;
      await append(world, {
        ticketId: one,
        status: 'ONLINE_ACTIVATED',
        activation: { method: 'ONLINE', activatedAt: 'yesterday' },
      });
      await world.runRetrieve();
      const { tickets } = await viewS360(world);
      expect(tickets.filter(({ current }) => current !== null)).toHaveLength(ids.length);
    }));

  it('a status that is a word of JavaScript', () =>
    inScene({}, async ({ world, ids }) => {
      const [one = ''] = ids;
      await append(world, { ticketId: one, status: 'constructor' });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: ids.length + 1 } });
      expect((await kept(world, one))?.current?.status).toBe('constructor');
    }));

  it('an empty text for the recipient of a transfer that is over', () =>
    inScene({}, async ({ world, ids }) => {
      const [one = ''] = ids;
      await append(world, {
        ticketId: one,
        status: 'TRANSFERRED',
        previousStatus: 'PENDING_TRANSFER',
        transfer: { direction: 'FORWARD', senderEmail: '', recipientEmail: '', initiatedAt: null },
        spectatorDetails: { email: 'new.owner@strangers.example', firstName: 'New', lastName: 'Owner' },
      });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 1, distributions: 1 },
      });
    }));
});

describe.concurrent('one entry for which S-360 refuses the whole call stops no other', () => {
  const refusing =
    (operation: string, text: () => string): Around =>
    async ({ name, context }, apply) => {
      const refuses = name === operation && text() !== '' && (await context.req.text()).includes(text());
      return refuses ? context.json({ statusCode: 'error.invalidRequest' }, 400) : apply();
    };

  it('when it is stored', () => {
    let bad = '';
    return inScene({ s360: { around: refusing('mobileTickets.store', () => bad) } }, async ({ world, ids }) => {
      bad = ids[3] ?? '';
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'WARNING',
        counts: { parked: 1, stored: ids.length - 1 },
      });
    });
  });

  it('when its recipient is looked up', () => {
    let bad = '';
    const around = refusing('contactInformationPublicService.searchContactsByEmail', () => bad);
    return inScene({ s360: { around } }, async ({ world, ids }) => {
      bad = guestOf(ids[3] ?? '');
      await transfer(world, ids.slice(0, 10));
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, distributions: 9 } });
    });
  });
});

describe.concurrent('one person or one ticket is no matter of the whole system', () => {
  it('when S-360 refuses the one recipient of thirty tickets', () =>
    inScene({ s360: { tickets: 150 } }, async ({ world, ids }) => {
      const many = ids.slice(0, 30);
      const others = ids.slice(30, 32);
      await transfer(world, many, ['agency@strangers.example']);
      await transfer(world, others);
      await world.s360('contacts/refuse', { emails: ['agency@strangers.example'], errorCode: 'error.emailBlocked' });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'WARNING',
        counts: { parked: 30, distributions: 2 },
      });
    }));

  it('when S-360 refuses one ticket that changes all the time', () =>
    inScene({}, async ({ world, ids }) => {
      await world.runRetrieve();
      const [one = '', other = ''] = ids;
      await world.tixngo('phones/download', { ticketIds: [one, other] });
      for (let n = 0; n < 30; n += 1) await world.tixngo('spectators/assign', { ticketIds: [one] });
      await world.s360('mobile-tickets/refuse', { ticketIds: [Number(one)], errorCode: 'error.ticketLocked' });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'WARNING', counts: { parked: 1, stored: 1 } });
    }));
});

describe.concurrent('TIXNGO’s pages', () => {
  it('an empty page with more behind it is no end', () => {
    const around = diffAnswers(async (key, ask) =>
      key.startsWith('behind-')
        ? ask(key.slice('behind-'.length))
        : { pagination: { nextPageKey: `behind-${key}`, hasMore: true }, result: [] },
    );
    return inScene({ tixngo: { around } }, async ({ world, ids }) => {
      await transfer(world, ids.slice(0, 4));
      const run = await world.runRetrieve();
      expect(run).toMatchObject({ endState: 'OK', counts: { contactsCreated: 4, distributions: 4 } });
      expect((await viewS360(world)).tickets.filter(({ current }) => current !== null)).toHaveLength(ids.length);
    });
  });

  it('an empty text as next key is no beginning', () => {
    const around = diffAnswers(async (key, ask) => {
      const { pagination, result } = await ask(key);
      return pagination.hasMore === true ? { pagination, result } : { pagination: { nextPageKey: '' }, result };
    });
    return inScene({ tixngo: { around }, configuration: { retrieve: { batchSize: 10 } } }, async ({ world, ids }) => {
      const run = await world.runRetrieve();
      expect(run.counts).toMatchObject({ stored: ids.length });
      expect(run.counts.pages).toBeLessThan(20);
      expect((await world.runRetrieve()).counts.pages).toBeLessThan(3);
    });
  });

  it('more entries than were asked for, and thousands of one ticket', () => {
    const around = diffAnswers(async (key, ask) => {
      const { pagination, result } = await ask(key);
      const changes = Array.from({ length: 2_500 }, (_, n) => ({
        ...result[0],
        status: n % 2 === 0 ? 'ASSIGNED' : 'DOWNLOADED',
        statusChangedAt: new Date(Date.UTC(2027, 0, 1, 0, 0, n)).toISOString(),
      }));
      return { pagination, result: key === '' ? changes : [] };
    });
    return inScene({ tixngo: { around } }, async ({ world, ids }) => {
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { stored: 2_500 } });
      const tickets = (await viewS360(world)).tickets.filter(({ current }) => current !== null);
      expect(tickets).toMatchObject([{ ticketId: Number(ids[0]), current: { status: 'DOWNLOADED' } }]);
    });
  });
});

describe.concurrent('contacts that wait', () => {
  it('go on after a start from the beginning, when TIXNGO does not know their key any more', () => {
    let [epoch, refuses] = [1, false];
    const around = diffAnswers(async (key, ask) => {
      if (key !== '' && !key.startsWith(`${String(epoch)}~`)) return null;
      const { pagination, result } = await ask(key.replace(/^\d+~/, ''));
      return { pagination: { ...pagination, nextPageKey: `${String(epoch)}~${pagination.nextPageKey ?? ''}` }, result };
    });
    const s360: Around = ({ name, context }, apply) =>
      refuses && name.endsWith('searchContactsByEmail')
        ? Promise.resolve(context.json({ statusCode: 'error.authorization' }, 403))
        : apply();
    return inScene({ tixngo: { around }, s360: { around: s360 } }, async ({ world, ids }) => {
      await transfer(world, ids.slice(0, 5));
      refuses = true;
      const failing = await world.startRetrieve();
      await expect(failing.result()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
      refuses = false;
      epoch += 1;
      const stuck = await world.startRetrieve();
      await expect(stuck.result()).rejects.toMatchObject({ cause: { type: 'PAGINATION_KEY_REFUSED' } });
      expect(await world.runRetrieve({ paginationKey: '' })).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 5 },
      });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { offered: 0 } });
    });
  });

  it('nothing is created any more when distribution is switched off, also for parked tickets', () =>
    inScene({}, async ({ world, ids, endWorker }) => {
      const [one = ''] = ids;
      await transfer(world, [one]);
      await world.s360('contacts/refuse', { emails: [guestOf(one)], errorCode: 'error.emailBlocked' });
      await world.runRetrieve();
      await world.s360('contacts/accept', { emails: [guestOf(one)] });
      await letPausesPass(world);
      await endWorker();
      const off = { customParameters: { enableTicketDistributionToCulturalContact: false } };
      const endOther = await world.worker({ interface: off });
      await world.runRetrieve();
      await world.runRetrieve();
      expect(linesOf(await viewS360(world), one)).toEqual([]);
      await endOther();
    }));

  it('a person whose address was changed in S-360 does not get a second contact when the stream is read again', () =>
    inScene({}, async ({ world, ids }) => {
      const [one = ''] = ids;
      await transfer(world, [one]);
      await world.tixngo('spectators/accept', { ticketIds: [one] });
      await world.runRetrieve();
      const { contacts } = await viewS360(world);
      const mine = contacts.find(({ email }) => email === guestOf(one));
      await world.s360('contacts/change', {
        contactNumber: mine?.contactNumber,
        set: { email: 'moved@strangers.example' },
      });
      await world.runRetrieve({ paginationKey: '' });
      expect((await viewS360(world)).contacts).toHaveLength(contacts.length);
    }));
});

describe.concurrent('parked tickets', () => {
  it('are tried again also when the batch size has become smaller', () =>
    inScene({}, async ({ world, ids, endWorker }) => {
      const last = ids.at(-1) ?? '';
      await world.s360('mobile-tickets/refuse', { ticketIds: [Number(last)], errorCode: 'error.ticketLocked' });
      await world.runRetrieve();
      expect(await parkedOf(world)).toHaveLength(1);
      await world.s360('mobile-tickets/accept', { ticketIds: [Number(last)] });
      await letPausesPass(world);
      await endWorker();
      await world.worker({ retrieve: { batchSize: 10 } });
      await world.runRetrieve();
      await world.runRetrieve();
      expect((await kept(world, last))?.current?.status).toBe('INJECTED');
    }));
});

describe.concurrent('more parked tickets than the interface keeps', () => {
  it('are not lost', () =>
    inScene({ s360: { tickets: 6_600 } }, async ({ world, ids }) => {
      expect(ids.length).toBeGreaterThan(2_050);
      const codes = ['error.a', 'error.b', 'error.c'];
      for (const [n, errorCode] of codes.entries()) {
        const ticketIds = ids.filter((_, index) => index % codes.length === n).map(Number);
        await world.s360('mobile-tickets/refuse', { ticketIds, errorCode });
      }
      const handle = await world.startRetrieve();
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'TOO_MANY_PARKED' } });
      await world.s360('mobile-tickets/accept', { ticketIds: ids.map(Number) });
      for (let n = 0; n < 4; n += 1) {
        await letPausesPass(world);
        await world.runRetrieve();
      }
      const { tickets } = await viewS360(world);
      expect(tickets.filter(({ current }) => current !== null)).toHaveLength(ids.length);
    }));
});

describe.concurrent('no contact is doubled', () => {
  it('when two organizers of one institution hear of the same new person at the same time', () => {
    let searches = 0;
    const bothHaveSearched = meeting(2);
    const around: Around = async ({ name }, apply) => {
      if (name.endsWith('createCulturalContact')) await bothHaveSearched.or(3_000);
      const answer = await apply();
      if (name.endsWith('searchContactsByEmail') && ++searches <= 2) bothHaveSearched.arrive();
      return answer;
    };
    return inScene({ s360: { around } }, async ({ world, ids, endWorker }) => {
      const [one = '', other = ''] = ids;
      await world.changeTickets([{ ticketId: Number(other), set: { organization_code: 'FCOTHER' } }]);
      const second = await startTixngoSandbox({ organizerId: 'other-organizer' });
      world.endWith(() => second.close());
      await endWorker();
      await world.worker({ root: await withSecondOrganization(world, second.url) });
      await transfer(world, [one], ['same.guest@strangers.example']);
      const appended = await fetch(`${second.controlUrl}/diff/append?exact=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ticketId: other,
          status: 'PENDING_TRANSFER',
          statusChangedAt: new Date().toISOString(),
          transfer: { direction: 'FORWARD', recipientEmail: 'Same.Guest@strangers.example' },
        }),
      });
      expect(appended.ok).toBe(true);
      const runs = await Promise.all([
        world.runRetrieve({ organization: 'FCDEMO' }),
        world.runRetrieve({ organization: 'FCOTHER' }),
      ]);
      expect(runs).toMatchObject([{ counts: { distributions: 1 } }, { counts: { distributions: 1 } }]);
      expect(await contactsOf(world, 'same.guest@strangers.example')).toHaveLength(1);
    });
  });

  it('when S-360’s search finds a new contact only after some seconds, and the attempt that made it fails', () => {
    let [created, failed] = [false, false];
    const around: Around = async ({ name, context }, apply) => {
      if (name.endsWith('recordDistributions') || name === 'distributions.record') {
        if (failed) return apply();
        failed = true;
        return context.json({ statusCode: 'error.internal' }, 500);
      }
      if (name.endsWith('createCulturalContact')) created = true;
      if (name.endsWith('searchContactsByEmail') && created) {
        const { contacts, ...rest } = (await (await apply()).json()) as { contacts: { individualFirstname: string }[] };
        return context.json({ ...rest, contacts: contacts.filter((one) => one.individualFirstname !== 'Pending') });
      }
      return apply();
    };
    return inScene({ s360: { around } }, async ({ world, ids }) => {
      const [one = ''] = ids;
      await transfer(world, [one]);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { distributions: 1 } });
      expect(failed).toBe(true);
      expect(await contactsOf(world, guestOf(one))).toHaveLength(1);
    });
  });
});

describe.concurrent('contacts that come to the end of their time', () => {
  it('leave no creation under way that the next run does not wait for', () => {
    let creations = 0;
    let [sayHeld, letGo] = [(): void => undefined, (): void => undefined];
    const held = new Promise<void>((resolve) => (sayHeld = resolve));
    const passage = new Promise<void>((resolve) => (letGo = resolve));
    const around: Around = async ({ name, context }, apply) => {
      if (!name.endsWith('createCulturalContact')) return apply();
      creations += 1;
      // The first one never comes through; the second one is under way when the time is over.
      if (creations === 1) {
        await passage;
        return context.json({ statusCode: 'error.internal' }, 500);
      }
      if (creations === 2) {
        sayHeld();
        await passage;
      }
      return apply();
    };
    const configuration = { root: { writeTimeoutSeconds: 10 } };
    return inScene({ s360: { around }, configuration }, async ({ world, ids, endWorker }) => {
      const [one = ''] = ids;
      await transfer(world, [one]);
      await endWorker();
      await world.worker(undefined, {}, { workflowBundle: { codePath: await impatientBundle() } });
      const run = world.runRetrieve();
      // On a slow machine the time may be over before the second creation: then there is none that the next run could miss.
      await Promise.race([held, run]);
      const heldSinceMs = Date.now();
      await run;
      const next = world.runRetrieve();
      // A write is over after ten seconds: until then it may be applied.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, heldSinceMs + 9_000 - Date.now())));
      letGo();
      expect(await next).toMatchObject({ endState: 'OK' });
      expect(await contactsOf(world, guestOf(one))).toHaveLength(1);
    });
  });
});

describe.concurrent('a start by hand from the beginning', () => {
  it('comes to the end of the stream in the end, also where a run takes a limited number of entries', () =>
    inScene({ configuration: { retrieve: { batchSize: 5, maxTicketsPerRun: 10 } } }, async ({ world, ids }) => {
      for (let n = 0; n < 5; n += 1) await world.runRetrieve({ paginationKey: '' });
      expect((await viewS360(world)).tickets.filter(({ current }) => current !== null)).toHaveLength(ids.length);
    }));
});

function contactsOf(world: World, email: string): Promise<readonly KeptContact[]> {
  return viewS360(world).then(({ contacts }) => contacts.filter((one) => one.email?.toLowerCase() === email));
}

/** So many have to come; whoever waits does not wait for ever. */
function meeting(of: number): { arrive: () => void; or: (ms: number) => Promise<void> } {
  let [here, open] = [0, (): void => undefined];
  const all = new Promise<void>((resolve) => (open = resolve));
  return {
    arrive: () => {
      if (++here >= of) open();
    },
    or: (ms) => Promise.race([all, new Promise<void>((resolve) => setTimeout(resolve, ms))]),
  };
}

/** The example's institution with a second organization, which injects at a TIXNGO organizer of its own. */
async function withSecondOrganization(world: World, url: string): Promise<object> {
  interface Organization {
    code: string;
    inventoryOwner: string;
    interfaces: [{ url: string; organizer: string }];
  }
  const { institutions } = JSON.parse(await world.configurationText()) as {
    institutions: [{ organizations: Organization[] }];
  };
  const [first] = institutions[0].organizations;
  if (first === undefined) throw new Error('the example has no organization');
  const [settings] = first.interfaces;
  institutions[0].organizations.push({
    code: 'FCOTHER',
    inventoryOwner: 'FCOTHER',
    interfaces: [{ ...settings, url, organizer: 'other-organizer' }],
  });
  return { institutions };
}
