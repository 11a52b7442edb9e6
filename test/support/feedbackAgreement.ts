import { expect } from 'vitest';

import {
  readStream,
  viewS360,
  type KeptContact,
  type KeptLine,
  type KeptTicket,
  type S360View,
  type ToldEntry,
} from './feedbackView.js';
import type { World } from './world.js';

export interface AgreementOptions {
  /** Tickets that S-360 was told to refuse, or that a test has broken: nothing is expected of them. */
  readonly except?: ReadonlySet<number>;
  /** Tickets of which a test has written entries that TIXNGO itself would not: only the stream says how they are. */
  readonly handWritten?: ReadonlySet<number>;
  /** A transfer may end before it has begun: then S-360 may not know its recipient yet. */
  readonly outOfOrder?: boolean;
}

/** What a status means in the distribution history, and the one that a page of the manual misspells. Independent of the product on purpose. */
const stepOf: Readonly<Record<string, string>> = {
  PENDING_TRANSFER: 'PENDING',
  PENDING: 'PENDING',
  TRANSFER_PENDING: 'PENDING',
  FAILURE: 'CANCELLED',
  FAILURE_TRANSFER: 'CANCELLED',
  TRANSFERRED: 'CONFIRMED',
};
const rightName = (status: string): string => (status === 'PENDING_TRANFER' ? 'PENDING_TRANSFER' : status);

/**
 * S-360 holds all that TIXNGO's stream says, each thing once, and no more.
 *
 * @param before what S-360 held before any feedback
 */
export async function expectFeedbackAgreement(
  world: World,
  before: S360View,
  options: AgreementOptions = {},
): Promise<void> {
  // What does not even say when it was is nothing that S-360 could keep.
  const readable = (await readStream(world)).filter(
    ({ statusChangedAt }) => !Number.isNaN(Date.parse(statusChangedAt)),
  );
  const stream = readable.map((entry) => ({ ...entry, status: rightName(entry.status) }));
  const after = await viewS360(world);
  const { except = new Set() } = options;
  const known = new Set(before.tickets.map(({ ticketId }) => ticketId));
  const told = byTicket(stream.filter(({ ticketId }) => known.has(Number(ticketId)) && !except.has(Number(ticketId))));
  expect(told.size).toBeGreaterThan(0);

  await expectStatuses(world, after, told, options);
  expectLines(before, after, told, except, options.outOfOrder === true);
  expectCulturalContacts(before, after, told, except);
  expectContacts(before, after, stream);
  expect(after.records).toEqual(before.records);
}

async function expectStatuses(
  world: World,
  after: S360View,
  told: ReadonlyMap<number, readonly ToldEntry[]>,
  { except = new Set(), handWritten = new Set() }: AgreementOptions,
): Promise<void> {
  const is: Record<number, unknown> = {};
  const wanted: Record<number, unknown> = {};
  for (const { ticketId, current, history } of after.tickets) {
    if (except.has(ticketId)) continue;
    is[ticketId] = {
      current: current === null ? null : moment(current),
      owner: current?.['owner'] === undefined ? null : (current['owner'] as { email: string | null } | null)?.email,
      history: history.map(moment),
    };
    const entries = told.get(ticketId) ?? [];
    const newest = entries.at(-1);
    wanted[ticketId] = {
      current: newest === undefined ? null : moment(newest),
      owner: newest === undefined ? null : newest.spectatorDetails?.email,
      history: entries.map(moment),
    };
  }
  expect(is).toEqual(wanted);

  const mobile = (await world.mobileTickets()) as unknown as readonly (ToldEntry & { readonly ticketId: string })[];
  const plain = mobile.filter(({ ticketId }) => !except.has(Number(ticketId)) && !handWritten.has(Number(ticketId)));
  const kept = new Map(after.tickets.map(({ ticketId, current }) => [ticketId, current]));
  expect(
    plain.map(({ ticketId }) => {
      const current = kept.get(Number(ticketId));
      return `${ticketId} ${current === null || current === undefined ? 'nothing' : moment(current)}`;
    }),
  ).toEqual(plain.map((ticket) => `${ticket.ticketId} ${moment(ticket)}`));
}

/** Every step of every transfer has exactly one line, between the right people. */
function expectLines(
  before: S360View,
  after: S360View,
  told: ReadonlyMap<number, readonly ToldEntry[]>,
  except: ReadonlySet<number>,
  outOfOrder: boolean,
): void {
  const emails = new Map(after.contacts.map(({ contactNumber, email }) => [contactNumber, mailbox(email)]));
  const who = (number: string | null): string => (number === null ? 'nobody' : (emails.get(number) ?? 'a stranger'));
  const owners = new Map(before.tickets.map((ticket) => [ticket.ticketId, who(ticket.culturalContactNumber)]));
  const knownBoxes = new Set(before.contacts.map(({ email }) => mailbox(email)));
  const kept = new Map(after.distributions.map(({ ticketId, lines }) => [ticketId, lines]));
  const is: Record<number, string[]> = {};
  const wanted: Record<number, string[]> = {};
  for (const ticketId of new Set([...kept.keys(), ...told.keys()])) {
    if (except.has(ticketId)) continue;
    const steps = (told.get(ticketId) ?? []).filter(({ status }) => stepOf[status] !== undefined);
    const lines = kept.get(ticketId) ?? [];
    if (lines.length === 0 && steps.length === 0) continue;
    is[ticketId] = lines.map((line) =>
      words(line.status, line.changedAt, who(line.oldContactNumber), who(line.newContactNumber)),
    );
    wanted[ticketId] = steps.map((step) => {
      const line = lines.find((one) => sameMoment(one.changedAt, step.statusChangedAt));
      const sender = mailbox(step.transfer?.senderEmail);
      // Whom S-360 does not know by the e-mail that TIXNGO has is the contact to whom the ticket belongs; nobody, if it has moved on already.
      const belongsTo = [
        owners.get(ticketId) ?? 'nobody',
        ...steps.filter(({ status }) => stepOf[status] === 'CONFIRMED').map(recipientOf),
      ];
      const old = who(line?.oldContactNumber ?? null);
      const isSender =
        old === sender || (!knownBoxes.has(sender) && [...belongsTo, ...(outOfOrder ? ['nobody'] : [])].includes(old));
      const lacksRecipient = line !== undefined && mayLackRecipient(line, outOfOrder);
      return words(
        stepOf[step.status] ?? '',
        step.statusChangedAt,
        isSender ? old : sender,
        lacksRecipient ? 'nobody' : recipientOf(step),
      );
    });
  }
  expect(is).toEqual(wanted);
}

function mayLackRecipient({ status, newContactNumber }: KeptLine, outOfOrder: boolean): boolean {
  return outOfOrder && status === 'CANCELLED' && newContactNumber === null;
}

/** A ticket that was transferred belongs to the contact of its last recipient; any other one to whom it belonged before. */
function expectCulturalContacts(
  before: S360View,
  after: S360View,
  told: ReadonlyMap<number, readonly ToldEntry[]>,
  except: ReadonlySet<number>,
): void {
  const contacts = new Map(after.contacts.map((contact) => [contact.contactNumber, contact]));
  const was = new Map(before.tickets.map((ticket) => [ticket.ticketId, ticket.culturalContactNumber]));
  const is: Record<number, string> = {};
  const wanted: Record<number, string> = {};
  const whose = ({ culturalContactNumber }: KeptTicket): KeptContact | undefined =>
    contacts.get(culturalContactNumber ?? '');
  const withAccount = new Set(
    after.contacts.filter(({ hasInternetAccount }) => hasInternetAccount).map(({ email }) => mailbox(email)),
  );
  for (const ticket of after.tickets) {
    if (except.has(ticket.ticketId)) continue;
    const last = (told.get(ticket.ticketId) ?? []).findLast(({ status }) => stepOf[status] === 'CONFIRMED');
    if (last === undefined) {
      is[ticket.ticketId] = ticket.culturalContactNumber ?? 'nobody';
      wanted[ticket.ticketId] = was.get(ticket.ticketId) ?? 'nobody';
    } else {
      const contact = whose(ticket);
      is[ticket.ticketId] = `${mailbox(contact?.email)} ${String(contact?.hasInternetAccount)}`;
      wanted[ticket.ticketId] = `${recipientOf(last)} ${String(withAccount.has(recipientOf(last)))}`;
    }
  }
  expect(is).toEqual(wanted);
}

/** A contact that somebody has named is as it was; every recipient has one, and of those who had none, only one. */
function expectContacts(before: S360View, after: S360View, stream: readonly ToldEntry[]): void {
  const had = new Map(before.contacts.map((contact) => [contact.contactNumber, contact]));
  const old = after.contacts.filter(({ contactNumber }) => had.has(contactNumber));
  expect(old.filter((contact) => !isTemporary(had.get(contact.contactNumber)))).toEqual(
    before.contacts.filter((contact) => !isTemporary(contact)),
  );
  expect(old).toHaveLength(before.contacts.length);

  const recipients = new Set(stream.filter(({ status }) => stepOf[status] !== undefined).map(recipientOf));
  const created = after.contacts.filter(({ contactNumber }) => !had.has(contactNumber));
  const newBoxes = created.map(({ email }) => mailbox(email));
  expect(newBoxes.filter((box, at) => newBoxes.indexOf(box) !== at)).toEqual([]);
  const oldBoxes = new Set(before.contacts.map(({ email }) => mailbox(email)));
  expect(newBoxes.filter((box) => oldBoxes.has(box) || !recipients.has(box))).toEqual([]);
  const accepted = new Map<string, ToldEntry[]>();
  for (const entry of stream.filter(({ status }) => status === 'TRANSFERRED')) {
    accepted.set(recipientOf(entry), [...(accepted.get(recipientOf(entry)) ?? []), entry]);
  }
  for (const contact of created) {
    expect(contact).toMatchObject({ createdByInterface: true, hasInternetAccount: true, kind: 'INDIVIDUAL' });
    const names = (accepted.get(mailbox(contact.email)) ?? [])
      .map(({ spectatorDetails }) => spectatorDetails)
      .filter((owner) => Boolean(owner?.firstName) && Boolean(owner?.lastName))
      .map((owner) => `${String(owner?.firstName)} ${String(owner?.lastName)}`);
    const isNamed = `${String(contact.individualFirstname)} ${String(contact.individualLastname)}`;
    expect(names.length === 0 ? ['Pending CREATION'] : names).toContain(isNamed);
    // Completed once: by then it has a name, and is touched no more.
    expect(contact.updates).toBe(names.length === 0 ? 0 : 1);
  }
}

/** The entries of each ticket in their order, each once. */
function byTicket(stream: readonly ToldEntry[]): Map<number, ToldEntry[]> {
  const tickets = new Map<number, Map<string, ToldEntry>>();
  for (const entry of stream) {
    const id = Number(entry.ticketId);
    const entries = tickets.get(id) ?? new Map<string, ToldEntry>();
    tickets.set(id, entries);
    if (!entries.has(moment(entry))) entries.set(moment(entry), entry);
  }
  return new Map(
    [...tickets].map(([id, entries]) => [
      id,
      [...entries.values()].sort((a, b) => Date.parse(a.statusChangedAt) - Date.parse(b.statusChangedAt)),
    ]),
  );
}

function recipientOf({ transfer, spectatorDetails, status }: ToldEntry): string {
  return mailbox(transfer?.recipientEmail ?? (stepOf[status] === 'CONFIRMED' ? spectatorDetails?.email : null));
}

function isTemporary(contact: KeptContact | undefined): boolean {
  return contact?.individualFirstname === 'Pending' && contact.individualLastname === 'CREATION';
}

function mailbox(email: string | null | undefined): string {
  return (email ?? '').trim().toLowerCase();
}

function moment({ status, statusChangedAt }: Pick<ToldEntry, 'status' | 'statusChangedAt'>): string {
  return `${status} ${new Date(statusChangedAt).toISOString()}`;
}

function sameMoment(left: string, right: string): boolean {
  return Date.parse(left) === Date.parse(right);
}

function words(status: string, at: string, from: string, to: string): string {
  return `${status} ${new Date(at).toISOString()} from ${from} to ${to}`;
}
