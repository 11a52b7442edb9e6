import { describe, expect, it } from 'vitest';
import { smallTicket, withField } from './ticketsForTests.js';
import { TixngoForTests, type Json } from './tixngoForTests.js';

const TICKETS = 2000;
const IDS = Array.from({ length: TICKETS }, (_, n) => String(1000 + n));

/** A sandbox with tickets, three for each spectator, and a clock that stands still. */
async function withTickets<T>(seed: number, use: (tixngo: TixngoForTests) => Promise<T>): Promise<T> {
  const tixngo = new TixngoForTests();
  await tixngo.start({ seed });
  try {
    await tixngo.hook('/clock', { now: '2027-05-01T10:00:00Z', hold: true });
    const tickets = IDS.map((id, n) =>
      withField(smallTicket(id), 'spectatorDetails.email', `fan${String(Math.floor(n / 3))}@example.org`),
    );
    for (const half of [tickets.slice(0, 1000), tickets.slice(1000)]) await tixngo.inject(half);
    const result = await use(tixngo);
    expect(tixngo.sandbox.violations()).toEqual([]);
    return result;
  } finally {
    await tixngo.sandbox.close();
  }
}

const act = async (tixngo: TixngoForTests, wish: object): Promise<Json> =>
  (await tixngo.hook('/spectators/act', wish)).body;

const EVENING = {
  seed: 3,
  downloads: 1500,
  assignments: 200,
  transfers: 600,
  accept: 250,
  refuse: 50,
  cancelTransfer: 40,
  activations: 300,
};
const { seed: _seed, ...ASKED } = EVENING;

/** All entries of the stream. */
const streamOf = (tixngo: TixngoForTests): Promise<Json[]> => tixngo.entriesOf(...IDS);

describe('a crowd', () => {
  it('does so many of each, and says with which tickets', async () => {
    await withTickets(1, async (tixngo) => {
      const { counts, ticketIds } = await act(tixngo, EVENING);
      expect(counts).toEqual(ASKED);
      const entries = await streamOf(tixngo);
      const touched = (...statuses: string[]) =>
        entries.filter(({ status }) => statuses.includes(status)).map(({ ticketId }) => ticketId);
      const pending = 'PENDING_TRANSFER';
      expect(touched('DOWNLOADED')).toEqual(ticketIds.downloads);
      expect(touched('ASSIGNED')).toEqual(ticketIds.assignments);
      expect(touched(pending)).toEqual(ticketIds.transfers);
      expect(touched('TRANSFERRED')).toEqual(ticketIds.accept);
      expect(touched('FAILURE_TRANSFER')).toEqual([...ticketIds.refuse, ...ticketIds.cancelTransfer]);
      expect(touched('ONLINE_ACTIVATED', 'OFFLINE_ACTIVATED', 'MANUAL_ACTIVATED', 'BT_ACTIVATED')).toEqual(
        ticketIds.activations,
      );
      expect(entries).toHaveLength(TICKETS + Object.values(ASKED).reduce((a, b) => a + b));
      const { body } = await tixngo.hook('/counters');
      expect(body).toMatchObject({
        ticketsDownloaded: 1500,
        ticketsAssigned: 200,
        transfersStarted: 600,
        transfersAccepted: 250,
        transfersRefused: 50,
        transfersCancelled: 40,
        ticketsActivated: 300,
        diffEntries: entries.length,
      });
    });
  });

  it('of the same seed does the same, of another seed something else', async () => {
    const evening = (seed: number) =>
      withTickets(1, async (tixngo) => {
        await act(tixngo, { ...EVENING, seed });
        return streamOf(tixngo);
      });
    const first = await evening(3);
    expect(await evening(3)).toEqual(first);
    expect(await evening(4)).not.toEqual(first);
  });

  it('does less when there are not so many tickets with which it can', async () => {
    await withTickets(1, async (tixngo) => {
      const { counts, ticketIds } = await act(tixngo, { downloads: 5000, accept: 10, transfers: 3 });
      expect(counts).toMatchObject({ downloads: TICKETS, transfers: 3, accept: 3, refuse: 0 });
      expect([...ticketIds.downloads].sort()).toEqual(IDS);
    });
  });

  it('sends tickets to people who come again, are known, are typed carelessly, or have had them before', async () => {
    await withTickets(1, async (tixngo) => {
      await act(tixngo, { downloads: TICKETS, transfers: 1000, accept: 1000 });
      await act(tixngo, { seed: 2, transfers: 1000, accept: 500 });
      const started = (await streamOf(tixngo)).filter(({ status }) => status === 'PENDING_TRANSFER');
      expect(started).toHaveLength(2000);
      const emails: string[] = started.map(({ transfer }) => transfer.recipientEmail);
      const typed = (email: string) => email.trim().toLowerCase();
      expect(new Set(emails.map(typed)).size).toBeLessThan(1500);
      expect(emails.filter((email) => email !== email.trim()).length).toBeGreaterThan(50);
      expect(emails.filter((email) => email !== email.toLowerCase()).length).toBeGreaterThan(50);
      expect(emails.filter((email) => typed(email).startsWith('fan')).length).toBeGreaterThan(100);
      const backward = started.filter(({ transfer }) => transfer.direction === 'BACKWARD');
      expect(backward.length).toBeGreaterThan(50);
      for (const { transfer, initialOwner } of backward) {
        expect(typed(transfer.recipientEmail)).toBe(typed(initialOwner.email));
      }
      for (const { transfer } of started) expect(typed(transfer.recipientEmail)).not.toBe(typed(transfer.senderEmail));
    });
  });

  it('leaves alone what is on a phone that is offline', async () => {
    await withTickets(1, async (tixngo) => {
      const offline = IDS.slice(0, 300);
      await tixngo.hook('/phones/offline', { ticketIds: offline });
      const { counts, ticketIds } = await act(tixngo, { downloads: TICKETS, transfers: TICKETS });
      expect(counts).toMatchObject({ downloads: TICKETS - 300, transfers: TICKETS - 300 });
      expect(offline.filter((id) => ticketIds.downloads.includes(id))).toEqual([]);
      const pending = (await streamOf(tixngo)).filter(({ status }) => status === 'PENDING_TRANSFER');
      const phone = ({ transfer }: Json): string => transfer.recipientEmail.trim().toLowerCase();
      const away = new Set(pending.slice(0, 100).map(phone));
      await tixngo.hook('/phones/offline', { emails: [...away] });
      const waiting = pending.filter((entry) => away.has(phone(entry))).length;
      expect((await act(tixngo, { accept: TICKETS })).counts.accept).toBe(pending.length - waiting);
      await tixngo.hook('/phones/online', { emails: [...away] });
      expect((await act(tixngo, { accept: TICKETS })).counts.accept).toBe(waiting);
    });
  });
});
