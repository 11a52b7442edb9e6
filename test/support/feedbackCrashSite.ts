import { CrashSite, type Strike } from './crashSite.js';

/** The calls of a page in their order, first those of the statuses and then those of the contacts, and what is told to the interface. */
export const feedbackPoints = [
  'the diff of the statuses',
  'the mobile tickets of the statuses',
  'the store',
  'the report of the key',
  'the diff of the contacts',
  'the mobile tickets of the contacts',
  'the first search',
  'the second search',
  'the first creation',
  'the second creation',
  'the completion',
  'the distribution record',
  'the close',
] as const;

export type FeedbackPoint = (typeof feedbackPoints)[number];

/** What the struck page is about. */
export interface StruckPage {
  readonly ticketIds: ReadonlySet<number>;
  /** Mailboxes of recipients that no other page has. */
  readonly recipients: ReadonlySet<string>;
}

interface CallBody {
  readonly ticketIds?: readonly number[];
  readonly entries?: readonly { readonly ticketId: number }[];
  readonly lines?: readonly { readonly ticketId: number }[];
  readonly emails?: readonly string[];
  readonly contactDataList?: readonly { readonly email: string }[];
  readonly contacts?: readonly { readonly email?: string | null }[];
}

/** A call of the feedback. */
export class FeedbackCrashSite extends CrashSite {
  private page: StruckPage = { ticketIds: new Set(), recipients: new Set() };
  private readonly keys = new Map<string, number>();
  private seen = 0;

  constructor(
    private readonly point: FeedbackPoint,
    strike: Strike,
  ) {
    super(strike, point === 'the close' ? 'close' : point === 'the report of the key' ? 'report' : null);
  }

  /** From now on. @param page the second page of the next run */
  arm(page: StruckPage): void {
    this.page = page;
    this.armNow();
  }

  protected override isMeant(operation: string, given: unknown, query: (name: string) => string | undefined): boolean {
    const body = given as CallBody;
    const service = 'contactInformationPublicService';
    switch (this.point) {
      case 'the diff of the statuses':
        return operation === 'tickets.diff' && this.timesOfSecondKey(query('paginationKey') ?? '') >= 1;
      case 'the diff of the contacts':
        return operation === 'tickets.diff' && this.timesOfSecondKey(query('paginationKey') ?? '') >= 2;
      case 'the mobile tickets of the statuses':
        return operation === 'mobileTickets.read' && this.ofPage(body.ticketIds);
      case 'the mobile tickets of the contacts':
        return operation === 'mobileTickets.read' && this.ofPage(body.ticketIds) && this.nth(2);
      case 'the store':
        return operation === 'mobileTickets.store' && this.ofPage(body.entries?.map(({ ticketId }) => ticketId));
      case 'the first search':
        return operation === `${service}.searchContactsByEmail` && this.hasRecipient(body.emails);
      case 'the second search':
        return operation === `${service}.searchContactsByEmail` && this.hasRecipient(body.emails) && this.nth(2);
      case 'the first creation':
        return operation === `${service}.createCulturalContact` && this.hasNewContact(body);
      case 'the second creation':
        return operation === `${service}.createCulturalContact` && this.hasNewContact(body) && this.nth(2);
      case 'the completion':
        return (
          operation === `${service}.updateTemporaryContacts` &&
          this.hasRecipient(body.contacts?.map(({ email }) => email ?? ''))
        );
      case 'the distribution record':
        return operation === 'distributions.record' && this.ofPage(body.lines?.map(({ ticketId }) => ticketId));
      case 'the report of the key':
      case 'the close':
        return false;
    }
  }

  /** How often the key of the second page was asked for, this time included; 0 for any other key. */
  private timesOfSecondKey(key: string): number {
    const times = (this.keys.get(key) ?? 0) + 1;
    this.keys.set(key, times);
    return [...this.keys.keys()][1] === key ? times : 0;
  }

  private nth(n: number): boolean {
    this.seen += 1;
    return this.seen >= n;
  }

  private ofPage(ticketIds: readonly number[] = []): boolean {
    return ticketIds.some((id) => this.page.ticketIds.has(id));
  }

  private hasNewContact({ contactDataList = [] }: CallBody): boolean {
    return this.hasRecipient(contactDataList.map(({ email }) => email));
  }

  private hasRecipient(emails: readonly string[] = []): boolean {
    return emails.some((email) => this.page.recipients.has(email.trim().toLowerCase()));
  }
}
