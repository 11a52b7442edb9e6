import { noCounts, type RunCounts } from '../domain/counts.js';
import { services } from '../domain/callServices.js';
import { detailsOf, mailbox, type ContactDetails } from '../domain/culturalContact.js';
import { transferStatusOf, transferSteps, type TransferStep } from '../domain/distribution.js';
import { afterContacts, mostCallsPerTransfer } from '../domain/feedbackKeys.js';
import type { ParkingReason } from '../domain/parking.js';
import { partsOf } from '../domain/parts.js';
import type { StretchPhase } from '../domain/stretch.js';
import { S360Contacts } from '../s360/contacts.js';
import { lineKey, type DistributionLine } from '../s360/mobileTickets.js';
import type { DiffPage } from '../tixngo/client.js';
import { mostPagesPerStretch, tixngoService } from './callPlan.js';
import type { ContactBook } from './contactBook.js';
import { mayStillBeApplied } from './failures.js';
import { errorCodeOf } from './feedbackRefusal.js';
import { duePages, type DuePage } from './feedbackParked.js';
import { FeedbackStretch, onePerTicket, type FeedbackTools, type PageNews } from './feedbackStretch.js';
import { locateTickets, type LocatedTicket } from './feedbackTickets.js';
import { stopIfSystemic } from './refusals.js';

/** Calls of the contact service that no page of any size can do without: a search of each kind, a creation and the details. */
export const fewestContactCalls = mostCallsPerTransfer;

interface ContactsTools extends FeedbackTools {
  readonly book: ContactBook;
}

/** A step of a ticket that S-360 knows. */
interface LocatedStep extends TransferStep {
  readonly ticket: LocatedTicket;
}

/**
 * The second phase of the feedback: every step of a transfer gets its contacts and its line in the distribution history. It follows the statuses
 * on the same stream with a key of its own, as fast as the contact service allows. Looking up comes before creating in every attempt, and only
 * one attempt works at a time, so that no contact is doubled. Source: S-360 manual, «4.2 Cultural Contact Creation & Distribution».
 */
export class ContactsStretch extends FeedbackStretch {
  private readonly contacts: S360Contacts;
  private readonly lookups: S360Contacts;

  constructor(protected override readonly tools: ContactsTools) {
    super(tools, 'contacts');
    this.lookups = new S360Contacts(tools.s360Session);
    this.contacts = new S360Contacts(tools.s360MarksSession);
  }

  /** The statuses come first again: they never wait for a contact. */
  nextPhase(): StretchPhase {
    return 'status';
  }

  async run(): Promise<boolean> {
    const { parked } = this.tools;
    await this.tryAgain(duePages(parked, 'contacts', Date.now()));
    for (let pages = 0; this.keys.waiting !== null; pages += 1) {
      const fit = this.stepsThatFit();
      if (fit === 0 || (pages > 0 && (pages >= mostPagesPerStretch || !this.hasTime()))) return false;
      const fromKey = this.keys.contactsKey;
      const page = await this.readSteps(fromKey, fit);
      const steps = transferSteps(page.entries);
      const news = await this.settleContacts(steps, fromKey);
      const caughtUp =
        page.hasMore === false ||
        (page.entries.length + page.unreadable.length === 0 && page.hasMore !== true) ||
        page.nextKey === this.keys.statusKey ||
        page.nextKey === fromKey;
      this.settle(news, afterContacts(this.keys, page.nextKey, steps.length, newestMs(page), caughtUp));
    }
    await this.tryAgain(duePages(parked, 'contacts', Number.NEGATIVE_INFINITY, this.met));
    this.atTheEnd = true;
    return true;
  }

  private async tryAgain(pages: readonly DuePage[]): Promise<void> {
    for (const [index, page] of pages.entries()) {
      const { key, ticketIds } = page;
      if (this.stepsThatFit() < ticketIds.size) {
        this.leavePages(pages.slice(index));
        return;
      }
      const again = await this.pageAgain(page);
      if (again === null) continue;
      const steps = transferSteps(again.entries).filter(({ entry }) => ticketIds.has(entry.ticketId));
      const news = await this.settleContacts(steps, key);
      this.settle({ ...news, settled: [...ticketIds] }, this.keys);
    }
  }

  /**
   * A page with no more steps of transfers than can be settled now. Most entries are no such steps, so a full page is read first; one that has
   * too many is read again, shorter, since only TIXNGO knows the key in its middle.
   */
  private async readSteps(fromKey: string | null, fit: number): Promise<DiffPage> {
    const { source, resolved } = this.tools;
    const page = await source.page(fromKey, resolved.function.batchSize);
    let steps = 0;
    const tooMany = page.entries.findIndex((entry) => {
      steps += transferStatusOf(entry) === null ? 0 : 1;
      return steps > fit;
    });
    return tooMany < 0 ? page : source.page(fromKey, tooMany);
  }

  /** So many steps of transfers can be settled with the calls that are left, even if each is between two strangers. */
  private stepsThatFit(): number {
    const { meter, resolved } = this.tools;
    const { contactsPerCall } = resolved.institution.s360;
    const calls = meter.left(services.contacts);
    const others = Math.min(
      meter.left(services.mobileTickets),
      meter.left(services.distributions),
      // A page may be read twice.
      meter.left(tixngoService(resolved)) - 1,
    );
    if (calls < fewestContactCalls || others < 1) return 0;
    const fit = Math.floor(((calls - 3) * contactsPerCall) / mostCallsPerTransfer);
    return Math.min(resolved.function.batchSize, Math.max(1, fit));
  }

  private async settleContacts(steps: readonly TransferStep[], fromKey: string | null): Promise<PageNews> {
    const counts: RunCounts = { ...noCounts };
    const { resolved, skip } = this.tools;
    const tickets = await locateTickets(
      steps.map(({ entry }) => entry),
      resolved,
      skip,
      this.reads,
    );
    const located = steps.flatMap((step): LocatedStep[] => {
      const ticket = tickets.get(step.entry.ticketId);
      return ticket === undefined || typeof ticket === 'string' ? [] : [{ ...step, ticket }];
    });
    // The history of a ticket is told in its order, whatever the order of the stream.
    located.sort((left, right) => Date.parse(left.entry.statusChangedAt) - Date.parse(right.entry.statusChangedAt));
    const refused = await this.lookUp(located);
    await this.create(located, refused, counts);
    for (const [box, errorCode] of await this.complete(located, counts)) refused.set(box, errorCode);
    const parked = await this.record(located, refused, fromKey, counts);
    this.stopIfManyAreRefused(located, refused, parked);
    return { counts, parked, settled: located.map(({ entry }) => entry.ticketId), fromKey };
  }

  /** One recipient of many tickets is one recipient, and one ticket with many steps is one ticket. */
  private stopIfManyAreRefused(
    steps: readonly LocatedStep[],
    refusedContacts: ReadonlyMap<string, string>,
    parked: readonly ParkingReason[],
  ): void {
    const contacts = [...refusedContacts.values()].map((field): ParkingReason => ({
      ticketId: '',
      code: 'CONTACT_REFUSED',
      field,
      record: null,
    }));
    stopIfSystemic(contacts, new Set(steps.map(({ recipient }) => recipient)).size);
    const lines = parked.filter(({ code }) => code === 'DISTRIBUTION_REFUSED');
    stopIfSystemic(onePerTicket(lines), new Set(steps.map(({ entry }) => entry.ticketId)).size);
  }

  /** Looks up all mailboxes that the run does not know yet, each once. @returns why S-360 refuses some, by mailbox */
  private async lookUp(steps: readonly LocatedStep[]): Promise<Map<string, string>> {
    const wanted = new Set<string>();
    for (const step of steps) {
      for (const box of [step.recipient, senderToLookUp(step)]) {
        if (box !== null && this.tools.book.get(box) === null) wanted.add(box);
      }
    }
    const refusals = new Map<string, string>();
    for (const part of this.parts([...wanted])) {
      const { contacts, refused } = await this.lookups.search(part);
      this.tools.book.learn(contacts);
      for (const [box, errorCode] of refused) refusals.set(box, errorCode);
    }
    return refusals;
  }

  /** @param refused by mailbox, why S-360 refuses it; creations that it refuses are added */
  private async create(steps: readonly LocatedStep[], refused: Map<string, string>, counts: RunCounts): Promise<void> {
    const { book } = this.tools;
    const wanted = new Map<string, string>();
    for (const { recipient, status, entry, ticket } of steps) {
      // A transfer that came to nothing needs no contact; one that began has made its own, and it may have got another e-mail since.
      if (recipient === null || status === 'CANCELLED' || ticket.lines.has(lineKey(status, entry.statusChangedAt))) {
        continue;
      }
      if (book.get(recipient) !== null || refused.has(recipient)) continue;
      const asTyped = (entry.transfer?.recipientEmail ?? entry.owner?.email ?? recipient).trim();
      if (!wanted.has(recipient)) wanted.set(recipient, asTyped);
    }
    for (const part of this.parts([...wanted])) {
      const outcomes = await this.createOnce(part.map(([, email]) => email));
      for (const [index, outcome] of outcomes.entries()) {
        const box = part[index]?.[0] ?? '';
        if (outcome.kind !== 'created') {
          // The next attempt looks up whether it is there.
          refused.set(box, errorCodeOf('createCulturalContact', outcome));
        } else {
          counts.contactsCreated += 1;
          book.set(box, { contactNumber: outcome.contactNumber, temporary: true });
        }
      }
    }
  }

  private async createOnce(emails: readonly string[]) {
    try {
      return await this.contacts.create(emails);
    } catch (error) {
      // A creation may be under way yet: the next attempt waits until it has settled, and looks again.
      this.writeUnderWay ||= mayStillBeApplied(error);
      throw error;
    }
  }

  /** Whoever has accepted a ticket has a name: a contact that waits for one gets it. */
  private async complete(steps: readonly LocatedStep[], counts: RunCounts): Promise<Map<string, string>> {
    const { book } = this.tools;
    const wanted = new Map<string, { readonly contactNumber: string; readonly details: ContactDetails }>();
    for (const { recipient, status, entry } of steps) {
      const contact = book.get(recipient);
      if (recipient === null || contact === null || !contact.temporary || status !== 'CONFIRMED') continue;
      const details = mailbox(entry.owner?.email) === recipient ? detailsOf(entry.owner) : null;
      if (details !== null) wanted.set(recipient, { contactNumber: contact.contactNumber, details });
    }
    const refused = new Map<string, string>();
    for (const part of this.parts([...wanted])) {
      const outcomes = await this.contacts.complete(part.map(([, contact]) => contact));
      for (const [index, outcome] of outcomes.entries()) {
        const [box, { contactNumber }] = part[index] ?? ['', { contactNumber: '' }];
        if (outcome.kind === 'refused' || outcome.kind === 'unknown') {
          refused.set(box, errorCodeOf('updateTemporaryContacts', outcome));
          continue;
        }
        if (outcome.kind === 'completed') counts.contactsCompleted += 1;
        book.set(box, { contactNumber, temporary: false });
      }
    }
    return refused;
  }

  private async record(
    steps: readonly LocatedStep[],
    refusedContacts: ReadonlyMap<string, string>,
    fromKey: string | null,
    counts: RunCounts,
  ): Promise<ParkingReason[]> {
    const parked: ParkingReason[] = [];
    const lines = new Map<string, { readonly line: DistributionLine; readonly step: LocatedStep }>();
    const owners = new Map<string, string | null>();
    for (const step of steps) {
      const { entry, recipient, status, ticket } = step;
      const key = `${ticket.ticketId} ${status} ${entry.statusChangedAt}`;
      // Told again, it would come from the contact to whom the first time has moved the ticket.
      if (lines.has(key)) continue;
      const errorCode = refusedContacts.get(recipient ?? '');
      if (errorCode !== undefined) {
        parked.push(this.reason(step, 'CONTACT_REFUSED', errorCode, fromKey));
        if (this.tools.book.get(recipient) === null) continue;
      }
      if (ticket.lines.has(lineKey(status, entry.statusChangedAt))) continue;
      const culturalContact = owners.get(entry.ticketId) ?? ticket.culturalContact?.contactNumber ?? null;
      const newContactNumber = this.tools.book.get(recipient)?.contactNumber ?? null;
      const line: DistributionLine = {
        ticketId: ticket.ticketId,
        organization: ticket.organization,
        status,
        changedAt: entry.statusChangedAt,
        oldContactNumber: this.senderNumber(step, culturalContact === newContactNumber ? null : culturalContact),
        newContactNumber,
      };
      if (status === 'CONFIRMED' && line.newContactNumber !== null) owners.set(entry.ticketId, line.newContactNumber);
      lines.set(key, { line, step });
    }
    if (lines.size === 0) return parked;
    const all = [...lines.values()];
    const outcomes = await this.writes.recordDistributions(all.map(({ line }) => line));
    for (const [index, outcome] of outcomes.entries()) {
      const step = all[index]?.step as LocatedStep;
      if (outcome.kind === 'kept') counts.distributions += 1;
      else if (outcome.kind === 'refused' || outcome.kind === 'unknown') {
        const errorCode = errorCodeOf('recordDistributions', outcome);
        parked.push(this.reason(step, 'DISTRIBUTION_REFUSED', errorCode, fromKey));
      }
    }
    return parked;
  }

  /**
   * The sender is the cultural contact, unless TIXNGO names somebody else whom S-360 knows.
   *
   * @param culturalContact null if that is the recipient: then the stream has told of the end of this transfer before
   */
  private senderNumber(step: LocatedStep, culturalContact: string | null): string | null {
    const sender = mailbox(step.senderEmail);
    const { culturalContact: first } = step.ticket;
    if (sender !== null && sender === mailbox(first?.email)) return first?.contactNumber ?? null;
    return this.tools.book.get(sender)?.contactNumber ?? culturalContact;
  }

  private reason(
    { entry }: LocatedStep,
    code: 'CONTACT_REFUSED' | 'DISTRIBUTION_REFUSED',
    errorCode: string,
    fromKey: string | null,
  ): ParkingReason {
    return this.parkingReason(entry.ticketId, code, errorCode, entry.statusChangedAt, fromKey);
  }

  private parts<T>(items: readonly T[]): T[][] {
    return partsOf(items, this.tools.resolved.institution.s360.contactsPerCall);
  }
}

function senderToLookUp({ senderEmail, ticket }: LocatedStep): string | null {
  const sender = mailbox(senderEmail);
  return sender === mailbox(ticket.culturalContact?.email) ? null : sender;
}

function newestMs({ entries }: DiffPage): number | null {
  const last = entries.at(-1);
  return last === undefined ? null : Date.parse(last.statusChangedAt);
}
