import type { World } from './world.js';

/** An entry of TIXNGO's diff, as far as the two systems are compared by it. */
export interface ToldEntry {
  readonly ticketId: string;
  readonly status: string;
  readonly statusChangedAt: string;
  readonly spectatorDetails?: {
    readonly email?: string | null;
    readonly firstName?: string | null;
    readonly lastName?: string | null;
  } | null;
  readonly transfer?: { readonly senderEmail?: string | null; readonly recipientEmail?: string | null } | null;
}

/** What S-360's sandbox holds of a ticket's life in TIXNGO. */
export interface KeptTicket {
  readonly ticketId: number;
  readonly current: (ToldEntry & Readonly<Record<string, unknown>>) | null;
  readonly history: readonly { readonly status: string; readonly statusChangedAt: string }[];
  readonly culturalContactNumber: string | null;
}

export interface KeptLine {
  readonly status: string;
  readonly changedAt: string;
  readonly oldContactNumber: string | null;
  readonly newContactNumber: string | null;
}

export interface KeptContact {
  readonly contactNumber: string;
  readonly email: string | null;
  readonly individualFirstname: string | null;
  readonly individualLastname: string | null;
  readonly kind: string;
  readonly hasInternetAccount: boolean;
  readonly createdByInterface: boolean;
  readonly updates: number;
}

/** All that the feedback may change in S-360, and what it must never touch; two views can be compared. */
export interface S360View {
  readonly tickets: readonly KeptTicket[];
  readonly distributions: readonly { readonly ticketId: number; readonly lines: readonly KeptLine[] }[];
  readonly contacts: readonly KeptContact[];
  /** S-360's own status of a ticket, when its record changed, and what of it is marked. */
  readonly records: readonly object[];
}

const pageSize = 1_000;

export async function viewS360(world: World): Promise<S360View> {
  const tickets = await pages<KeptTicket>('mobileTickets', 'mobile-tickets', ({ ticketId }) => ticketId);
  const distributions = await pages<S360View['distributions'][number]>(
    'distributions',
    'distributions',
    ({ ticketId }) => ticketId,
  );
  const contacts = await pages<KeptContact>('contacts', 'contacts', (c) => c.contactNumber, 'afterContactNumber');
  const records = (await world.s360Tickets()).map(({ row, flags }) => ({
    ticketId: row.ticket_id,
    state: row['ticket_state'],
    updatedAt: row['updated_at'],
    flags,
  }));
  return { tickets, distributions, contacts, records };

  async function pages<T>(
    member: string,
    path: string,
    keyOf: (item: T) => string | number,
    after = 'afterTicketId',
  ): Promise<T[]> {
    const all: T[] = [];
    for (let from = ''; ;) {
      const page = await world.s360<Readonly<Record<string, T[]>>>(`${path}?limit=${String(pageSize)}${from}`);
      const items = page[member] ?? [];
      all.push(...items);
      const last = items.at(-1);
      if (last === undefined || items.length < pageSize) return all;
      from = `&${after}=${String(keyOf(last))}`;
    }
  }
}

/** The whole stream as any reader gets it, read from its beginning; nobody else may read meanwhile. */
export async function readStream(world: World): Promise<ToldEntry[]> {
  const all: ToldEntry[] = [];
  for (let key = ''; ;) {
    const response = await fetch(`${world.tixngoUrl}/diff?paginationKey=${key}`, {
      headers: { 'x-api-key': 'sandbox-api-key' },
    });
    if (!response.ok) throw new Error(`the diff answered ${String(response.status)}: ${await response.text()}`);
    const page = (await response.json()) as {
      readonly pagination: { readonly nextPageKey: string; readonly hasMore: boolean };
      readonly result: readonly ToldEntry[];
    };
    all.push(...page.result);
    if (!page.pagination.hasMore) return all;
    key = page.pagination.nextPageKey;
  }
}
