import { createdContacts, type CreatedContacts } from './createdContacts.js';
import { Reasons, type Differences } from './differences.js';
import { contactIsSpectator, textOf } from './expectedTicket.js';
import type { Finding } from './finding.js';
import { compareMobileSide } from './mobileSide.js';
import type { ComparerRules, FeedbackRules } from './rules.js';
import { contactsByEmail } from './s360Contacts.js';
import type { S360Record, S360Ticket, TixngoTicket } from './sandboxTickets.js';
import { compareTransfers, hasNewOwner, isMoved, mailboxesOf, type MovedTicket } from './transfers.js';

/** What came back from TIXNGO. */
export interface ComparedFeedback {
  /** Tickets of which S-360 knows status, history, owner and details as TIXNGO does, and their transfers too. */
  readonly same: number;
  /** Of those, the ones that were on the move. */
  readonly moved: number;
  /** Of those, the ones whose new owner is S-360's cultural contact. */
  readonly newOwners: number;
  /** Lines of distribution history of all tickets. */
  readonly distributionLines: number;
  /** Contacts that the interface has created. */
  readonly contactsCreated: number;
  /** Of those, the ones that still wait for their name. */
  readonly contactsPending: number;
  /** Tickets whose news have not come back, by reason. */
  readonly notFedBack: Readonly<Record<string, number>>;
}

interface Waiting {
  readonly ticket: MovedTicket;
  readonly findings: readonly Finding[];
}

/** Tickets on the move wait for so many others, so that their contacts are asked for together. */
const askedTogether = 100;

/** Whether what happens to tickets in TIXNGO has come back to S-360. */
export class FeedbackFindings {
  private same = 0;
  private moved = 0;
  private newOwners = 0;
  private distributionLines = 0;
  private readonly notFedBack = new Reasons();
  private waiting: Waiting[] = [];

  private constructor(
    private readonly s360Url: string,
    private readonly rules: ComparerRules,
    private readonly feedback: FeedbackRules,
    private readonly created: CreatedContacts,
    private readonly differences: Differences,
    private readonly mustBeFedBack: boolean,
  ) {}

  /** @param mustBeFedBack what has not come back yet is a difference too */
  static async start(
    s360Url: string,
    rules: ComparerRules,
    feedback: FeedbackRules,
    differences: Differences,
    mustBeFedBack: boolean,
  ): Promise<FeedbackFindings> {
    const created = await createdContacts(s360Url);
    for (const { contactNumber, field, what } of created.findings) {
      differences.add({ ticketId: null, contactNumber, field, what });
    }
    return new FeedbackFindings(s360Url, rules, feedback, created, differences, mustBeFedBack);
  }

  async look(ticketId: string, ours: S360Ticket, held: TixngoTicket | null): Promise<void> {
    const { row, mobile, lines } = ours;
    this.distributionLines += lines.length;
    if (held === null) {
      const status = mobile?.current?.status;
      if (status !== undefined) this.differ(ticketId, 'mobile status', `${status} in S-360, but not in TIXNGO`);
      if (lines.length > 0) this.differ(ticketId, 'distribution', 'a history in S-360, but not in TIXNGO');
      return;
    }
    const apart = this.reasonToLeave(row);
    if (apart !== null) {
      this.notFedBack.add(apart);
      return;
    }
    const findings = compareMobileSide(held, mobile);
    if (!this.feedback.distributes || !isMoved(ours, held)) {
      this.settle(ticketId, findings);
      return;
    }
    const ticket = { ours, held, contactIsSpectator: contactIsSpectator(row, this.rules) };
    this.waiting.push({ ticket, findings });
    if (this.waiting.length === askedTogether) await this.compareWaiting();
  }

  async end(): Promise<ComparedFeedback> {
    await this.compareWaiting();
    return {
      same: this.same,
      moved: this.moved,
      newOwners: this.newOwners,
      distributionLines: this.distributionLines,
      contactsCreated: this.created.numbers.size,
      contactsPending: this.created.pending,
      notFedBack: this.notFedBack.mostFirst(),
    };
  }

  /** Why the function rightly leaves a ticket alone; null if it is its business. */
  private reasonToLeave(row: S360Record['row']): string | null {
    const { organizations, skipped } = this.feedback;
    const number = textOf(row, 'tax_number') ?? '';
    if (skipped.has(`id:${String(row['ticket_id'])}`) || (number !== '' && skipped.has(number)))
      return 'on the skip list';
    return organizations.has(textOf(row, 'organization_code') ?? '') ? null : 'of another organization';
  }

  private async compareWaiting(): Promise<void> {
    const waiting = this.waiting;
    this.waiting = [];
    const contacts = await contactsByEmail(this.s360Url, new Set(waiting.flatMap(({ ticket }) => mailboxesOf(ticket))));
    for (const { ticket, findings } of waiting) {
      const all = [...findings, ...compareTransfers(ticket, contacts, this.created.numbers)];
      if (!this.settle(ticket.held.ticketId, all)) continue;
      this.moved += 1;
      if (hasNewOwner(ticket.ours)) this.newOwners += 1;
    }
  }

  /** @returns whether all is the same */
  private settle(ticketId: string, findings: readonly Finding[]): boolean {
    for (const { field, what, notFedBack } of findings) {
      if (notFedBack === null || this.mustBeFedBack) this.differ(ticketId, field, what);
    }
    const late = findings.find(({ notFedBack }) => notFedBack !== null)?.notFedBack ?? null;
    if (late !== null && !this.mustBeFedBack) this.notFedBack.add(late);
    if (findings.length === 0) this.same += 1;
    return findings.length === 0;
  }

  private differ(ticketId: string, field: string, what: string): void {
    this.differences.add({ ticketId, field, what });
  }
}
