import { describe, expect, it, vi } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { expectFeedbackAgreement } from '../support/feedbackAgreement.js';
import { retrieveUntilQuiet } from '../support/feedbackRuns.js';
import { startFeedbackScene, type FeedbackScene } from '../support/feedbackScene.js';
import { viewS360, type KeptLine } from '../support/feedbackView.js';
import { until, World, type WorldOptions } from '../support/world.js';

// Waiting for Temporal is most of what these tests do.
vi.setConfig({ maxConcurrency: 6, testTimeout: 240_000 });

const service = 'contactInformationPublicService';
const stranger = 'stranger@strangers.example';

/** All that TIXNGO may know of a person. */
const details = {
  title: 'Ms',
  firstName: 'Zoé',
  lastName: 'Größl',
  gender: 'F',
  dateOfBirth: '1990-02-03',
  nationality: 'CH',
  idCardNumber: 'ID4711',
  phoneNumber: '+41001234567',
  residenceCountry: 'FR',
  language: 'de',
  organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: false },
};
const noDetails = {
  individualTitle: null,
  individualBirthdate: null,
  individualCountryCode: null,
  individualIdNumber: null,
  cellPhoneNumber: null,
  countryCode: null,
  individualPreferredLanguage: null,
  authorizations: { CNIL_O: null, CNIL_T: null },
  consents: { INSTITUTION: null, THIRD_PARTY: null },
};

interface Contact {
  readonly contactNumber: string;
  readonly email: string;
  readonly individualFirstname: string | null;
  readonly individualLastname: string | null;
  readonly updates: number;
}

/** Every ticket is on its phone, and S-360 knows: what is played from here on is about transfers. */
async function play(act: (scene: FeedbackScene) => Promise<void>, options: WorldOptions = {}): Promise<void> {
  const scene = await startFeedbackScene(options);
  try {
    await scene.world.tixngo('phones/download', { all: true });
    expect(await scene.world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0 } });
    await act(scene);
    expect(scene.world.violations()).toEqual([]);
  } finally {
    await scene.world.close();
  }
}

/** The owners of these tickets send each to the recipient at its place, or all to one. */
async function send(world: World, ticketIds: readonly string[], ...recipientEmails: string[]): Promise<void> {
  expect(await world.tixngo('spectators/transfer', { ticketIds, recipientEmails })).toMatchObject({
    done: ticketIds.length,
  });
}

async function accept(world: World, ticketIds: readonly string[], ...recipients: object[]): Promise<void> {
  expect(await world.tixngo('spectators/accept', { ticketIds, recipients })).toMatchObject({ done: ticketIds.length });
}

async function contactsOf(world: World, email: string): Promise<Contact[]> {
  const { contacts } = await world.s360<{ contacts: Contact[] }>(`contacts?emails=${encodeURIComponent(email)}`);
  return contacts;
}

async function only(world: World, email: string): Promise<Contact> {
  const contacts = await contactsOf(world, email);
  expect(contacts).toHaveLength(1);
  return contacts[0] as Contact;
}

async function linesOf(world: World, ticketId: string | undefined): Promise<readonly KeptLine[]> {
  const { distributions } = await viewS360(world);
  return distributions.find((one) => String(one.ticketId) === ticketId)?.lines ?? [];
}

async function culturalContactOf(world: World, ticketId: string | undefined): Promise<string | null | undefined> {
  const { tickets } = await viewS360(world);
  return tickets.find((one) => String(one.ticketId) === ticketId)?.culturalContactNumber;
}

/** Tickets of as many owners. */
function ofDifferentOwners({ before, ids }: FeedbackScene, count: number): string[] {
  const owners = new Map<string, string>();
  for (const { ticketId, culturalContactNumber } of before.tickets) {
    const id = String(ticketId);
    if (culturalContactNumber === null || owners.has(culturalContactNumber) || !ids.includes(id)) continue;
    owners.set(culturalContactNumber, id);
  }
  const chosen = [...owners.values()].slice(0, count);
  expect(chosen).toHaveLength(count);
  return chosen;
}

/** Somebody with a name, an account and an e-mail that nobody shares, who owns none of these tickets. */
function normalContact(
  { before }: FeedbackScene,
  ticketIds: readonly string[],
): { email: string; contactNumber: string } {
  const boxes = before.contacts.map(({ email }) => email?.toLowerCase());
  const owners = before.tickets
    .filter(({ ticketId }) => ticketIds.includes(String(ticketId)))
    .map(({ culturalContactNumber }) => culturalContactNumber);
  const found = before.contacts.find(
    ({ contactNumber, email, hasInternetAccount }) =>
      hasInternetAccount &&
      email !== null &&
      boxes.filter((box) => box === email.toLowerCase()).length === 1 &&
      !owners.includes(contactNumber),
  );
  if (found === undefined) throw new Error('nobody has an e-mail of their own');
  return { email: found.email ?? '', contactNumber: found.contactNumber };
}

function feedbackOf(world: World) {
  return world.interfaceState().then(({ feedback }) => feedback?.['demo-organizer']);
}

describe.concurrent('a contact is found by its e-mail', () => {
  it('however that is typed, and one with a name is never written, whatever TIXNGO says of the person', () =>
    play(async (scene) => {
      const { world, before } = scene;
      const ticketIds = ofDifferentOwners(scene, 3);
      const { email, contactNumber } = normalContact(scene, ticketIds);
      await send(world, ticketIds, email.toLowerCase(), ` ${email.toUpperCase()} `, `${email}\t`);
      await accept(world, ticketIds, { email, ...details });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 0, contactsCompleted: 0, distributions: 6 },
      });
      for (const ticketId of ticketIds) {
        const [pending, confirmed] = await linesOf(world, ticketId);
        expect(pending).toMatchObject({ status: 'PENDING', newContactNumber: contactNumber });
        expect(confirmed).toMatchObject({ status: 'CONFIRMED', newContactNumber: contactNumber });
        expect(await culturalContactOf(world, ticketId)).toBe(contactNumber);
      }
      const { calls } = (await world.s360Counters()) as { calls: Record<string, number> };
      expect(calls[`${service}.createCulturalContact`]).toBeUndefined();
      expect(calls[`${service}.updateTemporaryContacts`]).toBeUndefined();
      await expectFeedbackAgreement(world, before);
    }));

  const mine = (of: object): object => ({
    email: stranger,
    individualFirstname: 'Ana',
    individualLastname: 'Li',
    ...of,
  });
  it.each([
    [
      'an individual before a relay, both with an account',
      [mine({ contactNumber: '1-relay', kind: 'RELAY' }), mine({ contactNumber: '2-individual' })],
      '2-individual',
    ],
    [
      'one with an account, also if it is a relay',
      [
        mine({ contactNumber: '1-plain', hasInternetAccount: false }),
        mine({ contactNumber: '2-relay', kind: 'RELAY' }),
      ],
      '2-relay',
    ],
    [
      'one without an account, before a second one is created',
      [mine({ contactNumber: '1', hasInternetAccount: false })],
      '1',
    ],
    [
      'one with a name before one that waits for it',
      [
        mine({ contactNumber: '1', individualFirstname: 'Pending', individualLastname: 'CREATION' }),
        mine({ contactNumber: '22' }),
      ],
      '22',
    ],
  ])('of several, %s is taken', (_, contacts, chosen) =>
    play(async ({ world, ids }) => {
      await world.s360('contacts/add', { contacts });
      const before = await viewS360(world);
      await send(world, ids.slice(0, 1), stranger);
      await accept(world, ids.slice(0, 1));
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { contactsCreated: 0 } });
      expect(await culturalContactOf(world, ids[0])).toBe(chosen);
      expect((await viewS360(world)).contacts).toEqual(before.contacts);
    }),
  );
});

describe.concurrent('a recipient whom S-360 does not know', () => {
  it('gets a contact «Pending CREATION» when the transfer begins, and all twelve fields when it is accepted', () =>
    play(async ({ world, before, ids }) => {
      const [ticketId] = ids.slice(0, 1) as [string];
      await send(world, [ticketId], ' Stranger@Strangers.example ');
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 1, contactsCompleted: 0, distributions: 1 },
      });
      const pending = await only(world, stranger);
      expect(pending).toMatchObject({
        ...noDetails,
        email: 'Stranger@Strangers.example',
        individualFirstname: 'Pending',
        individualLastname: 'CREATION',
        kind: 'INDIVIDUAL',
        hasInternetAccount: true,
        createdByInterface: true,
      });
      const sender = before.tickets.find((ticket) => String(ticket.ticketId) === ticketId)?.culturalContactNumber;
      expect(await culturalContactOf(world, ticketId)).toBe(sender);

      await accept(world, [ticketId], { email: stranger, ...details });
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 0, contactsCompleted: 1, distributions: 1 },
      });
      const completed = await only(world, stranger);
      expect(completed).toEqual({
        contactNumber: pending.contactNumber,
        email: 'Stranger@Strangers.example',
        individualTitle: 'Ms',
        individualFirstname: 'Zoé',
        individualLastname: 'Größl',
        individualBirthdate: '1990-02-03',
        individualCountryCode: 'CH',
        individualIdNumber: 'ID4711',
        cellPhoneNumber: '+41001234567',
        countryCode: 'FR',
        individualPreferredLanguage: 'de',
        authorizations: { CNIL_O: true, CNIL_T: false },
        consents: { INSTITUTION: true, THIRD_PARTY: false },
        kind: 'INDIVIDUAL',
        hasInternetAccount: true,
        createdByInterface: true,
        updates: 1,
      });
      expect(await culturalContactOf(world, ticketId)).toBe(pending.contactNumber);
      await expectFeedbackAgreement(world, before);
    }));

  it('waits for a name as long as TIXNGO has none, and gets it with a later ticket', () =>
    play(async ({ world, ids }) => {
      await send(world, ids.slice(0, 1), stranger);
      await accept(world, ids.slice(0, 1), { email: stranger, language: 'de' });
      expect(await world.runRetrieve()).toMatchObject({ counts: { contactsCreated: 1, contactsCompleted: 0 } });
      expect(await only(world, stranger)).toMatchObject({ individualFirstname: 'Pending', updates: 0 });
      expect(await culturalContactOf(world, ids[0])).toBe((await only(world, stranger)).contactNumber);
      await send(world, ids.slice(5, 6), stranger);
      await accept(world, ids.slice(5, 6), { email: stranger, ...details });
      expect(await world.runRetrieve()).toMatchObject({ counts: { contactsCreated: 0, contactsCompleted: 1 } });
      expect(await only(world, stranger)).toMatchObject({ individualFirstname: 'Zoé', updates: 1 });
    }));

  it('and whom somebody has named meanwhile is left as that somebody wrote', () =>
    play(async ({ world, before, ids }) => {
      await send(world, ids.slice(0, 1), stranger);
      await world.runRetrieve();
      const { contactNumber } = await only(world, stranger);
      const set = { individualFirstname: 'Ana', individualLastname: 'Li' };
      await world.s360('contacts/change', { contactNumber, set });
      const named = await only(world, stranger);
      await accept(world, ids.slice(0, 1), { email: stranger, ...details });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { contactsCompleted: 0, parked: 0 } });
      expect(await only(world, stranger)).toEqual(named);
      expect(await culturalContactOf(world, ids[0])).toBe(contactNumber);
      expect(named.updates).toBe(0);
      expect((await viewS360(world)).contacts.slice(0, before.contacts.length)).toEqual(before.contacts);
    }));

  it('and whom somebody names between our look-up and our details, too', () => {
    let name: (() => Promise<unknown>) | null = null;
    return play(
      async ({ world, ids }) => {
        await send(world, ids.slice(0, 1), stranger);
        await world.runRetrieve();
        const { contactNumber } = await only(world, stranger);
        const set = { individualFirstname: 'Ana', individualLastname: 'Li' };
        name = () => world.s360('contacts/change', { contactNumber, set });
        await accept(world, ids.slice(0, 1), { email: stranger, ...details });
        expect(await world.runRetrieve()).toMatchObject({
          endState: 'OK',
          counts: { contactsCompleted: 0, parked: 0 },
        });
        expect(name).toBeNull();
        expect(await only(world, stranger)).toMatchObject({ ...set, updates: 0 });
        expect(await culturalContactOf(world, ids[0])).toBe(contactNumber);
      },
      {
        s360: {
          around: async (call, apply) => {
            if (call.name !== `${service}.updateTemporaryContacts` || name === null) return apply();
            await name();
            name = null;
            return apply();
          },
        },
      },
    );
  });
});

describe.concurrent('no contact is doubled', () => {
  it.each([
    ['one page', 1_000],
    ['two pages', 2],
  ])('when the same stranger gets several tickets in %s', (_, batchSize) =>
    play(
      async (scene) => {
        const { world, before, ids } = scene;
        const [first, second, third] = ofDifferentOwners(scene, 3) as [string, string, string];
        await send(world, [first], stranger);
        await world.tixngo('spectators/assign', {
          ticketIds: ids.filter((id) => ![first, second, third].includes(id)),
        });
        await send(world, [second, third], stranger.toUpperCase(), ` ${stranger}`);
        await accept(world, [first, second], { email: stranger, ...details });
        expect(await world.runRetrieve()).toMatchObject({
          endState: 'OK',
          counts: { contactsCreated: 1, contactsCompleted: 1, distributions: 5 },
        });
        await only(world, stranger);
        await expectFeedbackAgreement(world, before);
      },
      { configuration: { retrieve: { batchSize } } },
    ),
  );

  it('when the worker dies between the look-up and the creation', () => {
    let strike: (() => void) | null = null;
    return play(
      async ({ world, before, ids, endWorker }) => {
        await endWorker();
        const victim = await world.workerProcess();
        let struck = false;
        strike = () => {
          struck = true;
          victim.kill('SIGKILL');
        };
        await send(world, ids.slice(0, 2), stranger);
        const run = await world.startRetrieve();
        await until(() => struck);
        await world.worker();
        expect(await run.result()).toMatchObject({ endState: 'OK' });
        await only(world, stranger);
        await expectFeedbackAgreement(world, before);
      },
      {
        s360: {
          around: async ({ name }, apply) => {
            const answer = await apply();
            if (name !== `${service}.searchContactsByEmail` || strike === null) return answer;
            strike();
            strike = null;
            return answer;
          },
        },
      },
    );
  });

  it('when the answer to a creation is lost and S-360 applies it only seconds later', () => {
    const late = lateCreation(4_000);
    return play(
      async ({ world, before, ids }) => {
        late.arm();
        await send(world, ids.slice(0, 2), stranger, 'other@strangers.example');
        const run = await world.startRetrieve();
        expect(await run.result()).toMatchObject({ endState: 'OK', counts: { contactsCreated: 0, distributions: 2 } });
        expect(late.applied()).toBe(true);
        await only(world, stranger);
        await only(world, 'other@strangers.example');
        await expectFeedbackAgreement(world, before);
      },
      { s360: { around: late.around }, configuration: { root: { writeTimeoutSeconds: 1 } } },
    );
  });

  it('when S-360 applies a part of a creation and leaves the rest out of its answer, and nobody is parked for it', () =>
    play(async ({ world, before, ids }) => {
      const fault = { kind: 'partial', applied: 'part' };
      await world.s360('faults', {
        rules: [
          { operation: `${service}.createCulturalContact`, fault, nth: 1 },
          { operation: `${service}.updateTemporaryContacts`, fault, nth: 1 },
        ],
      });
      const ticketIds = ids.slice(0, 4);
      await send(world, ticketIds, ...ticketIds.map((id) => `stranger.${id}@strangers.example`));
      await accept(world, ticketIds);
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { parked: 0, distributions: 8 } });
      await expectFeedbackAgreement(world, before);
    }));

  it('by two organizations of one TIXNGO organizer; each ticket is stored in the organization that injected it', async () => {
    const world = await World.start({ s360: { tickets: 160 } });
    try {
      await startTwoOrganizations(world);
      const organizationOf = new Map(
        (await world.s360Tickets()).map(({ row }) => [String(row.ticket_id), row['organization_code'] as string]),
      );
      const injected = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
      const of = (code: string): string[] => injected.filter((id) => organizationOf.get(id) === code);
      const [ours, others, strangers] = [of('FCDEMO'), of('FCOTHER'), of('FCTHIRD')];
      expect([ours.length, others.length, strangers.length].every((count) => count > 0)).toBe(true);
      const before = await viewS360(world);

      await world.tixngo('phones/download', { all: true });
      const ticketIds = [...ours.slice(0, 1), ...others.slice(0, 1), ...strangers.slice(0, 1)];
      await send(world, ticketIds, stranger, stranger.toUpperCase(), 'third@strangers.example');
      await accept(world, ticketIds);
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        organization: 'FCDEMO',
        counts: {
          stored: 2 * (ours.length + others.length) + 4,
          unknownTickets: 2 * strangers.length + 2,
          contactsCreated: 1,
          distributions: 4,
          parked: 0,
        },
      });
      await only(world, stranger);
      expect(await contactsOf(world, 'third@strangers.example')).toEqual([]);
      const { tickets } = await viewS360(world);
      for (const { ticketId, current } of tickets) {
        const organization = organizationOf.get(String(ticketId));
        const isKnown = injected.includes(String(ticketId)) && organization !== 'FCTHIRD';
        expect(current?.['organizationCode'] ?? null).toBe(isKnown ? organization : null);
      }
      await expectFeedbackAgreement(world, before, { except: new Set(strangers.map(Number)) });
      expect(world.violations()).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe.concurrent('the distribution history and the cultural contact', () => {
  it('follow a ticket that is passed on and on, all in one page, and back to where it came from', () =>
    play(async (scene) => {
      const { world, before } = scene;
      const [chain, back] = ofDifferentOwners(scene, 2) as [string, string];
      const first = (await mobileOwner(world, back)) ?? '';
      for (const email of ['b@strangers.example', 'c@strangers.example', 'd@strangers.example']) {
        await send(world, [chain], email);
        await accept(world, [chain]);
      }
      for (const email of ['b@strangers.example', first]) {
        await send(world, [back], email);
        await accept(world, [back]);
      }
      expect(await world.runRetrieve()).toMatchObject({
        endState: 'OK',
        counts: { contactsCreated: 3, distributions: 10 },
      });
      const [b, c, d] = [
        await only(world, 'b@strangers.example'),
        await only(world, 'c@strangers.example'),
        await only(world, 'd@strangers.example'),
      ].map(({ contactNumber }) => contactNumber);
      const owner = (id: string) =>
        before.tickets.find(({ ticketId }) => String(ticketId) === id)?.culturalContactNumber ?? null;
      const path = async (id: string) =>
        (await linesOf(world, id)).map((line) => [line.status, line.oldContactNumber, line.newContactNumber]);
      expect(await path(chain)).toEqual([
        ['PENDING', owner(chain), b],
        ['CONFIRMED', owner(chain), b],
        ['PENDING', b, c],
        ['CONFIRMED', b, c],
        ['PENDING', c, d],
        ['CONFIRMED', c, d],
      ]);
      expect(await culturalContactOf(world, chain)).toBe(d);
      expect((await path(back)).slice(0, 2)).toEqual([
        ['PENDING', owner(back), b],
        ['CONFIRMED', owner(back), b],
      ]);
      expect((await path(back)).slice(2).map(([status, from]) => [status, from])).toEqual([
        ['PENDING', b],
        ['CONFIRMED', b],
      ]);
      await expectFeedbackAgreement(world, before);
    }));

  it('say CANCELLED, and keep the contact, when a transfer is refused, taken back or lapses; in one page or after the start', () =>
    play(
      async (scene) => {
        const { world, before } = scene;
        const known = ofDifferentOwners(scene, 6);
        const emails = known.map((_, i) => `recipient.${String(i)}@strangers.example`);
        await send(world, known.slice(0, 3), ...emails.slice(0, 3));
        await world.runRetrieve();
        await send(world, known.slice(3), ...emails.slice(3));
        await world.tixngo('spectators/refuse', { ticketIds: [known[0], known[3]] });
        await world.tixngo('spectators/cancel-transfer', { ticketIds: [known[1], known[4]] });
        await world.tixngo('clock', { advanceSeconds: 3_700 });
        expect(await world.runRetrieve()).toMatchObject({
          endState: 'OK',
          counts: { distributions: 3 + 6, parked: 0 },
        });
        const after = await viewS360(world);
        const statuses: (string | undefined)[] = [];
        for (const [index, ticketId] of known.entries()) {
          const { contactNumber } = await only(world, emails[index] ?? '');
          const sender = before.tickets.find((one) => String(one.ticketId) === ticketId)?.culturalContactNumber;
          expect(await linesOf(world, ticketId)).toMatchObject([
            { status: 'PENDING', oldContactNumber: sender, newContactNumber: contactNumber },
            { status: 'CANCELLED', oldContactNumber: sender, newContactNumber: contactNumber },
          ]);
          expect(await culturalContactOf(world, ticketId)).toBe(sender);
          statuses.push(after.tickets.find((one) => String(one.ticketId) === ticketId)?.current?.status);
        }
        expect(statuses).toEqual([
          ...['FAILURE_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE'],
          ...['FAILURE_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE'],
        ]);
        await expectFeedbackAgreement(world, before);
      },
      { tixngo: { transferLapsesAfterMinutes: 60 } },
    ));

  it('keep what they say of a transfer whose ticket is deleted meanwhile', () =>
    play(async ({ world, ids }) => {
      const [ticketId] = ids.slice(0, 1) as [string];
      const sender = await culturalContactOf(world, ticketId);
      await send(world, [ticketId], stranger);
      await world.s360('box-office/cancel', { ticketIds: [Number(ticketId)] });
      expect(await world.runCancelled()).toMatchObject({ endState: 'OK' });
      expect(await world.runRetrieve()).toMatchObject({ endState: 'OK', counts: { distributions: 1, parked: 0 } });
      const { contactNumber } = await only(world, stranger);
      expect(await linesOf(world, ticketId)).toMatchObject([{ status: 'PENDING', newContactNumber: contactNumber }]);
      expect(await culturalContactOf(world, ticketId)).toBe(sender);
      const kept = (await viewS360(world)).tickets.find((one) => String(one.ticketId) === ticketId);
      expect(kept?.current).toMatchObject({ status: 'DELETED', deletion: { reason: expect.any(String) as string } });
      expect(kept?.history.map(({ status }) => status)).toEqual([
        ...['INJECTED', 'DOWNLOADED', 'PENDING_TRANSFER', 'DELETION_PENDING', 'DELETED'],
      ]);
    }));
});

describe.concurrent('a status never waits for a contact', () => {
  const slow = { s360: { contactsPerCall: 1, callsPerMinute: 6 } };

  it('when the contact service allows few calls: the backlog is told, new statuses come first, and it drains', () =>
    play(async (scene) => {
      const { world, before, endWorker } = scene;
      await endWorker();
      await world.s360('settings', { rateLimit: { callsPerMinute: 6 } });
      await world.s360('counters/reset', {});
      await world.worker(slow);
      const known = ofDifferentOwners(scene, 6);
      await send(world, known.slice(0, 5), ...known.map((id) => `recipient.${id}@strangers.example`).slice(0, 5));

      // The first run ends before the contacts' turn.
      const first = await world.runRetrieve({ maxTicketsPerRun: 5 });
      expect(first).toMatchObject({ endState: 'OK', counts: { stored: 5, distributions: 0, contactsCreated: 0 } });
      expect(first.message).toMatch(
        /5 transfers wait for their contacts, the oldest for \d+ min; they are done in about 4 min\. Their statuses are stored\./,
      );
      const begun = (await viewS360(world)).tickets
        .filter(({ current }) => current?.status === 'PENDING_TRANSFER')
        .map(({ current }) => Date.parse(current?.statusChangedAt ?? ''));
      expect(begun).toHaveLength(5);
      const oldestMs = Math.min(...begun);
      expect((await feedbackOf(world))?.waiting).toMatchObject({ entries: 5, oldestMs, drainMinutes: 4 });
      expect(await interfaceDetails(world)).toMatch(
        /transfers waiting for contacts +5\n +the oldest of .*UTC\n +done in about +4 min/,
      );

      // The second one has begun with the contacts when a status comes: it stores that while the others wait.
      const second = await world.startRetrieve();
      await until(async () => ((await feedbackOf(world))?.waiting?.entries ?? 0) < 5);
      expect(await detailsOf(second)).toMatch(/RUNNING[^]*transfers wait for their contacts/);
      await world.tixngo('spectators/assign', { ticketIds: known.slice(5) });
      const isStored = async (): Promise<boolean> =>
        (await viewS360(world)).tickets.some(
          ({ ticketId, current }) => String(ticketId) === known[5] && current?.status === 'ASSIGNED',
        );
      await until(isStored);
      expect((await feedbackOf(world))?.waiting?.entries).toBeGreaterThan(0);
      await second.result();
      await retrieveUntilQuiet(world);
      expect((await feedbackOf(world))?.waiting).toBeNull();
      expect(await interfaceDetails(world)).toMatch(/transfers waiting for contacts +0\n/);
      expect((await world.s360Counters()).rateLimited).toBe(0);
      await world.s360('settings', { rateLimit: { callsPerMinute: null } });
      await expectFeedbackAgreement(world, before);
    }));

  it.each([
    [
      'is down',
      { kind: 'status', status: 503, retryAfter: 600 },
      'SYSTEM_FAILED',
      /searchContactsByEmail answered 503/,
    ],
    [
      'refuses us',
      { kind: 'status', status: 403 },
      'ACCESS_REFUSED',
      /searchContactsByEmail answered 403[^]*S360_SECRET/,
    ],
  ])(
    'when the contact service %s: statuses go on, each run says what failed, and nothing is lost',
    (_, fault, type, message) =>
      play(async ({ world, before, ids }) => {
        await world.s360('faults', { rules: [{ operation: `${service}.*`, fault }] });
        await send(world, ids.slice(0, 2), stranger, 'other@strangers.example');
        for (const [tick, ticketId] of ids.slice(2, 5).entries()) {
          const run = await world.startRetrieve();
          await expect(run.result()).rejects.toMatchObject({
            cause: { type, message: expect.stringMatching(message) as string },
          });
          expect((await feedbackOf(world))?.waiting).toMatchObject({ entries: 2 });
          const { tickets } = await viewS360(world);
          expect(tickets.filter(({ current }) => current?.status === 'PENDING_TRANSFER')).toHaveLength(2);
          expect(tickets.filter(({ current }) => current?.status === 'ASSIGNED')).toHaveLength(tick);
          await world.tixngo('spectators/assign', { ticketIds: [ticketId] });
        }
        await world.s360('faults', { rules: [] });
        expect(await world.runRetrieve()).toMatchObject({
          endState: 'OK',
          counts: { stored: 1, contactsCreated: 2, distributions: 2 },
        });
        expect((await feedbackOf(world))?.waiting).toBeNull();
        await expectFeedbackAgreement(world, before);
      }),
  );
});

describe.concurrent('distribution to the cultural contact switched off', () => {
  const off = { interface: { customParameters: { enableTicketDistributionToCulturalContact: false } } };

  it('asks for no contact and writes none, needs no operation for it, and gives up what waited', () =>
    play(async (scene) => {
      const { world, before, endWorker } = scene;
      const [first, second] = ofDifferentOwners(scene, 2) as [string, string];
      await send(world, [first], stranger);
      await world.runRetrieve({ maxTicketsPerRun: 1 });
      expect((await feedbackOf(world))?.waiting).toMatchObject({ entries: 1 });

      await endWorker();
      const operations = {
        readMobileTickets: '/sandbox/s360/mobile-tickets/read',
        storeMobileTickets: '/sandbox/s360/mobile-tickets/store',
      };
      await world.worker({ ...off, s360: { operations } });
      await world.s360('counters/reset', {});
      await send(world, [second], stranger);
      await accept(world, [first, second]);
      const run = await world.runRetrieve();
      expect(run).toMatchObject({ endState: 'OK', counts: { stored: 3, distributions: 0, contactsCreated: 0 } });
      expect(run.message).not.toMatch(/contact/);
      expect((await feedbackOf(world))?.waiting).toBeNull();
      const { calls } = await world.s360Counters();
      expect(Object.keys(calls).filter((name) => !/^(auth|mobileTickets)\./.test(name))).toEqual([]);
      const after = await viewS360(world);
      expect(after.contacts).toEqual(before.contacts);
      expect(after.distributions).toEqual([]);
      expect(after.tickets.map(({ culturalContactNumber }) => culturalContactNumber)).toEqual(
        before.tickets.map(({ culturalContactNumber }) => culturalContactNumber),
      );
      expect(after.tickets.filter(({ current }) => current?.status === 'TRANSFERRED')).toHaveLength(2);
    }));
});

/** The next creation is not answered in time, and applied so much later. */
function lateCreation(delayMs: number): { arm: () => void; applied: () => boolean; around: Around } {
  let armed = false;
  let applied = false;
  return {
    arm: () => {
      armed = true;
    },
    applied: () => applied,
    around: async ({ name }, apply) => {
      if (name !== `${service}.createCulturalContact` || !armed) return apply();
      armed = false;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answer = await apply();
      applied = true;
      return answer;
    },
  };
}

/** FCDEMO and FCOTHER inject at one organizer, each its own tariffs; FCDEMO reads. Seniors are of an organization that is not configured. */
async function startTwoOrganizations(world: World): Promise<void> {
  const belongsTo = async (code: string, tariffs: readonly string[]): Promise<void> => {
    const theirs = (await world.s360Tickets()).filter(({ row }) => tariffs.includes(String(row['tariff_code'])));
    await world.changeTickets(theirs.map(({ row }) => ({ ticketId: row.ticket_id, set: { organization_code: code } })));
  };
  await belongsTo('FCOTHER', ['CHILD', 'STUDENT']);
  interface Organization {
    code: string;
    inventoryOwner: string;
    interfaces: { functions: { filters?: object }[] }[];
  }
  const text = await world.configurationText();
  const { institutions } = JSON.parse(text) as { institutions: [{ organizations: Organization[] }] };
  const [demo] = institutions[0].organizations as [Organization];
  const [injection] = demo.interfaces[0]?.functions as [object];
  const other: Organization = {
    code: 'FCOTHER',
    inventoryOwner: 'FCOTHER',
    interfaces: [{ ...demo.interfaces[0], functions: [{ ...injection, filters: { tariff: ['CHILD', 'STUDENT'] } }] }],
  };
  Object.assign(injection, { filters: { tariff: ['ADULT', 'SENIOR'] } });
  institutions[0].organizations.push(other);
  await world.worker({ root: { institutions } });
  for (const organization of ['FCDEMO', 'FCOTHER']) {
    expect((await world.run({ organization })).counts.sent).toBeGreaterThan(0);
  }
  // They went to TIXNGO, and belong to an organization by now that the interface does not know.
  await belongsTo('FCTHIRD', ['SENIOR']);
}

async function mobileOwner(world: World, ticketId: string): Promise<string | undefined> {
  return (await world.mobileTickets()).find((ticket) => ticket.ticketId === ticketId)?.owner.email;
}

async function detailsOf(handle: Awaited<ReturnType<World['startRetrieve']>>): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}

async function interfaceDetails(world: World): Promise<string> {
  const handle = world.client.workflow.getHandle(`interface/${world.institution}`);
  const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}
