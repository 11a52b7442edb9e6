import { services } from '../domain/callServices.js';
import type { FeedbackEntry, MobileOwner, MobilePerson } from '../domain/feedbackEntry.js';
import { partsOf } from '../domain/parts.js';
import type { DistributionStatus } from '../domain/tixngoStatus.js';
import { printableKey } from '../http/callFailed.js';
import { S360Connection, wireId, type S360Session } from './connection.js';
import { halved } from './halved.js';
import { readMobileTicketsSchema, recordDistributionsSchema, storeMobileTicketsSchema } from './schemas.js';

/** What S-360 knows of a ticket's life in TIXNGO. */
export interface MobileTicket {
  readonly ticketId: string;
  readonly taxNumber: string | null;
  /** The organization whose ticket it is; null if S-360 does not tell. */
  readonly organization: string | null;
  readonly culturalContact: { readonly contactNumber: string; readonly email: string | null } | null;
  readonly status: string | null;
  readonly statusChangedAt: string | null;
  /** What its distribution history has already, as `lineKey` writes it. */
  readonly lines: ReadonlySet<string>;
}

/** A line of one ticket: unique by status and time. */
export function lineKey(status: string, changedAt: string): string {
  return `${status} ${String(Date.parse(changedAt))}`;
}

/** An entry of the diff on its way into S-360: under S-360's ticket id, for one organization. */
export interface StoredEntry {
  readonly ticketId: string;
  readonly organization: string;
  readonly entry: FeedbackEntry;
}

/** S-360's word on one thing that it was to keep; `unknown`: it said none that we can read. */
export type KeepOutcome =
  | { readonly kind: 'kept' | 'unchanged' | 'unknownTicket' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly errorCode: string };

/** One line of a ticket's distribution history; it is unique by ticket, status and time. */
export interface DistributionLine {
  readonly ticketId: string;
  readonly organization: string;
  readonly status: DistributionStatus;
  /** RFC 3339: when TIXNGO's status changed. */
  readonly changedAt: string;
  readonly oldContactNumber: string | null;
  readonly newContactNumber: string | null;
}

const kinds: Readonly<Record<string, 'kept' | 'unchanged' | 'unknownTicket'>> = {
  STORED: 'kept',
  ADDED_TO_HISTORY: 'kept',
  RECORDED: 'kept',
  UNCHANGED: 'unchanged',
  UNKNOWN_TICKET: 'unknownTicket',
};

/**
 * Mobile status, mobile history and distribution history in S-360. No public call is known for them: each is an operation of the
 * configuration's operation map, and idempotent. S-360's own ticket status is none of them.
 */
export class S360MobileTickets {
  private readonly connection: S360Connection;

  constructor(private readonly session: S360Session) {
    this.connection = new S360Connection(session);
  }

  /** At most 1,000 ids; tickets that S-360 does not know, and ids that it refuses, are absent. */
  async read(by: 'ticketId' | 'taxNumber', ids: readonly string[]): Promise<MobileTicket[]> {
    const found = await halved(
      ids,
      async (some) => [await this.readOnce(by, some)],
      () => [],
    );
    return found.flat();
  }

  private async readOnce(by: 'ticketId' | 'taxNumber', ids: readonly string[]): Promise<MobileTicket[]> {
    if (ids.length === 0) return [];
    const wanted = by === 'ticketId' ? { ticketIds: ids.map(wireId) } : { taxNumbers: ids };
    const { mobileTickets } = await this.connection.call(
      'readMobileTickets',
      services.mobileTickets,
      { requestId: null, ...wanted },
      readMobileTicketsSchema,
      this.session.readTimeoutMs,
    );
    return mobileTickets.map(({ culturalContact, ...ticket }) => ({
      ticketId: ticket.ticketId,
      taxNumber: ticket.taxNumber ?? null,
      organization: ticket.organizationCode ?? null,
      culturalContact:
        culturalContact === null || culturalContact === undefined
          ? null
          : { contactNumber: culturalContact.contactNumber, email: culturalContact.email ?? null },
      status: ticket.status ?? null,
      statusChangedAt: ticket.statusChangedAt ?? null,
      lines: new Set((ticket.distributions ?? []).map(({ status, changedAt }) => lineKey(status, changedAt))),
    }));
  }

  /** Stores entries; what is newer than what is there becomes the mobile status, anything else only history. */
  store(entries: readonly StoredEntry[]): Promise<KeepOutcome[]> {
    return inParts(entries, (part) =>
      onceMore(part, (some) => halved(some, (half) => this.storeOnce(half), refusedAlone)),
    );
  }

  /** Adds lines to the distribution history; one that is there is left. A new CONFIRMED line moves the ticket to its new cultural contact. */
  recordDistributions(lines: readonly DistributionLine[]): Promise<KeepOutcome[]> {
    return inParts(lines, (part) =>
      onceMore(part, (some) => halved(some, (half) => this.recordOnce(half), refusedAlone)),
    );
  }

  private async storeOnce(entries: readonly StoredEntry[]): Promise<KeepOutcome[]> {
    const { results } = await this.connection.call(
      'storeMobileTickets',
      services.mobileTickets,
      { requestId: null, entries: entries.map(wireEntry) },
      storeMobileTicketsSchema,
      this.session.writeTimeoutMs,
    );
    const outcomes = new Map(results.map((r) => [keyOf(r.ticketId, r.status, r.statusChangedAt), outcomeOf(r)]));
    return entries.map(
      ({ ticketId, entry }) =>
        outcomes.get(keyOf(ticketId, entry.status, entry.statusChangedAt)) ?? { kind: 'unknown' },
    );
  }

  private async recordOnce(lines: readonly DistributionLine[]): Promise<KeepOutcome[]> {
    const { results } = await this.connection.call(
      'recordDistributions',
      services.distributions,
      {
        requestId: null,
        lines: lines.map(({ ticketId, organization, ...line }) => ({
          ticketId: wireId(ticketId),
          organizationCode: organization,
          action: 'Distribute',
          ...line,
        })),
      },
      recordDistributionsSchema,
      this.session.writeTimeoutMs,
    );
    const outcomes = new Map(results.map((r) => [keyOf(r.ticketId, r.status, r.changedAt), outcomeOf(r)]));
    return lines.map((line) => outcomes.get(keyOf(line.ticketId, line.status, line.changedAt)) ?? { kind: 'unknown' });
  }
}

/** S-360 takes no more in one call; TIXNGO may give more than a page was to have. */
const mostPerCall = 1_000;

async function inParts<Item>(
  items: readonly Item[],
  keep: (items: readonly Item[]) => Promise<KeepOutcome[]>,
): Promise<KeepOutcome[]> {
  const outcomes: KeepOutcome[] = [];
  for (const part of partsOf(items, mostPerCall)) outcomes.push(...(await keep(part)));
  return outcomes;
}

/** What an answer leaves out is sent once more: both writes are idempotent. */
async function onceMore<Item>(
  items: readonly Item[],
  keep: (items: readonly Item[]) => Promise<KeepOutcome[]>,
): Promise<KeepOutcome[]> {
  if (items.length === 0) return [];
  const outcomes = await keep(items);
  const leftOut = outcomes.flatMap(({ kind }, index) => (kind === 'unknown' ? [index] : []));
  if (leftOut.length === 0) return outcomes;
  const again = await keep(leftOut.map((index) => items[index] as Item));
  for (const [place, index] of leftOut.entries()) outcomes[index] = again[place] ?? { kind: 'unknown' };
  return outcomes;
}

function keyOf(ticketId: string, status: string, changedAt: string): string {
  return `${ticketId} ${lineKey(status, changedAt)}`;
}

/** The call is refused whatever company the item is in. */
function refusedAlone(_item: unknown, errorCode: string): KeepOutcome {
  return { kind: 'refused', errorCode };
}

function outcomeOf(result: { readonly outcome: string; readonly errorCode?: string | null | undefined }): KeepOutcome {
  const kind = kinds[result.outcome];
  if (kind !== undefined) return { kind };
  return { kind: 'refused', errorCode: printableKey(result.errorCode ?? result.outcome) };
}

function wireEntry({ ticketId, organization, entry }: StoredEntry): object {
  const { status, statusChangedAt, eventId, initialOwnerEmail, transfer, activation, deletion } = entry;
  return {
    ticketId: wireId(ticketId),
    organizationCode: organization,
    status,
    statusChangedAt,
    eventId,
    owner: personOf(entry.owner),
    initialOwnerEmail,
    holder: personOf(entry.holder),
    activation,
    deletion,
    transfer,
    extraFields: entry.extraFields,
    beaconName: entry.beaconName,
  };
}

/** What may be sent to an owner belongs to the contact, not to the ticket. */
function personOf(person: MobileOwner | MobilePerson | null): MobilePerson | null {
  if (person === null) return null;
  const { email, title, firstName, lastName, gender, dateOfBirth, nationality, idCardNumber } = person;
  const { phoneNumber, residenceCountry, language } = person;
  return {
    ...{ email, title, firstName, lastName, gender, dateOfBirth, nationality, idCardNumber },
    ...{ phoneNumber, residenceCountry, language },
  };
}
