/** Reads both sandboxes over HTTP, page by page, so that a million tickets need no more memory than a thousand. */

/** A row of the S-360 export with the flags of the ticket, as the sandbox holds it. */
export interface S360Record {
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
  /** Export key → date of the flag. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Fields of a person, or of something else that a system tells. */
export type Fields = Readonly<Record<string, unknown>>;

export interface TixngoRecord {
  readonly ticketId: string;
  readonly status: string;
  readonly statusChangedAt: string;
  /** Whose wallet it is in. */
  readonly owner: Fields & { readonly email: string };
  readonly initialOwnerEmail: string;
  /** Whom it is assigned to. */
  readonly ticketHolder: Fields | null;
  readonly transfer: Fields | null;
  readonly activation: Fields | null;
  /** What the app has asked at the assignment. */
  readonly extraFields: readonly Fields[];
  readonly beaconName: string | null;
  /** Messages to people about it. */
  readonly notifications: number;
  /** How it is being deleted; null if it is not. */
  readonly deletion: TixngoDeletion | null;
  /** When a gate let it in; null if none has. */
  readonly controlledAt: string | null;
  /** As it was injected. */
  readonly payload: Fields;
}

export type TixngoDeletion = Fields & { readonly reason: string; readonly visible: boolean };

/** What became of a card of S-360. */
export interface TixngoPrivilege {
  readonly privilegeId: string;
  readonly definitionId: string;
  readonly status: string;
  readonly ownerEmail: string;
  /** The tickets that belong to it, whether TIXNGO has them or not. */
  readonly ticketIds: readonly string[];
  /** Lower-case hex SHA-256. */
  readonly barcodeHash: string | null;
  readonly notifications: number;
  readonly controlledAt: string | null;
  readonly deletion: TixngoDeletion | null;
}

/** What a product of cards became. */
export interface TixngoDefinition {
  readonly definitionId: string;
  readonly type: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** One thing that happened to a ticket in TIXNGO. */
export interface TixngoEntry {
  readonly status: string;
  readonly statusChangedAt: string;
  readonly ownerEmail: string;
  readonly transfer: { readonly senderEmail: string; readonly recipientEmail: string | null } | null;
}

export interface TixngoTicket extends TixngoRecord {
  /** As it happened. */
  readonly history: readonly TixngoEntry[];
}

/** What S-360 knows of a ticket's life in TIXNGO. */
export interface MobileTicket {
  readonly ticketId: number;
  /** The newest status with its details, as it was stored. */
  readonly current: (Fields & { readonly status: string; readonly statusChangedAt: string }) | null;
  readonly history: readonly {
    readonly status: string;
    readonly statusChangedAt: string;
    readonly ownerEmail: string | null;
  }[];
}

/** A line of a ticket's distribution history. */
export interface DistributionLine {
  readonly status: string;
  readonly changedAt: string;
  readonly oldContactNumber: string | null;
  readonly newContactNumber: string | null;
}

export interface S360Ticket extends S360Record {
  readonly mobile: MobileTicket | null;
  readonly lines: readonly DistributionLine[];
}

/** The comparison is not possible: somebody does not answer, or is no sandbox. */
export class CannotCompare extends Error {
  override readonly name = 'CannotCompare';
}

const pageSize = 5_000;

/** All tickets of S-360 in the order of their ids. @param url the address that the interface has for S-360 */
export async function* s360Tickets(url: string): AsyncGenerator<S360Ticket, void, void> {
  const control = s360Control(url);
  for (let after = '0'; ;) {
    const [tickets, mobileTickets, distributions] = await Promise.all([
      readPage<S360Record>(`${control}/tickets`, 'tickets', after),
      readPage<MobileTicket>(`${control}/mobile-tickets`, 'mobileTickets', after),
      // Of the tickets that have lines: a page of them is at least as long as this page of all tickets.
      readPage<DistributionsOfTicket>(`${control}/distributions`, 'distributions', after),
    ]);
    const mobile = new Map(mobileTickets.map((ticket) => [String(ticket.ticketId), ticket]));
    const lines = new Map(distributions.map((ticket) => [String(ticket.ticketId), ticket.lines]));
    for (const ticket of tickets) {
      const id = String(ticket.row['ticket_id']);
      yield { ...ticket, mobile: mobile.get(id) ?? null, lines: lines.get(id) ?? [] };
    }
    const last = tickets.at(-1);
    if (last === undefined) return;
    after = String(last.row['ticket_id']);
  }
}

/** All tickets of TIXNGO in the order of their ids. @param url the address that the interface has for TIXNGO */
export async function* tixngoTickets(url: string): AsyncGenerator<TixngoTicket, void, void> {
  const control = `${tixngoControl(url)}/tickets`;
  for (let after: string | null = null; ;) {
    const [tickets, histories]: [readonly TixngoRecord[], readonly HistoryOfTicket[]] = await Promise.all([
      readPage<TixngoRecord>(control, 'tickets', after),
      readPage<HistoryOfTicket>(`${control}/history`, 'histories', after),
    ]);
    const byId = new Map(histories.map(({ ticketId, entries }) => [ticketId, entries]));
    for (const ticket of tickets) yield { ...ticket, history: byId.get(ticket.ticketId) ?? [] };
    const last = tickets.at(-1);
    if (last === undefined) return;
    after = last.ticketId;
  }
}

/** All privileges of TIXNGO in the order of their ids. @param url the address that the interface has for TIXNGO */
export async function* tixngoPrivileges(url: string): AsyncGenerator<TixngoPrivilege, void, void> {
  const control = `${tixngoControl(url)}/privileges`;
  for (let after: string | null = null; ;) {
    const page: readonly TixngoPrivilege[] = await readPage<TixngoPrivilege>(
      control,
      'privileges',
      after,
      'afterPrivilegeId',
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.privilegeId;
  }
}

/** By their ids; there are not many: one for a product. */
export async function tixngoDefinitions(url: string): Promise<ReadonlyMap<string, TixngoDefinition>> {
  const { definitions } = await readJson<{ definitions: readonly TixngoDefinition[] }>(
    `${tixngoControl(url)}/privilege-definitions`,
  );
  return new Map(definitions.map((definition) => [definition.definitionId, definition]));
}

/** The rows of S-360 alone, for who counts them. */
export async function* s360Records(url: string): AsyncGenerator<S360Record, void, void> {
  for (let after = '0'; ;) {
    const page = await readPage<S360Record>(`${s360Control(url)}/tickets`, 'tickets', after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = String(last.row['ticket_id']);
  }
}

/** The tickets of TIXNGO without their history. */
export async function* tixngoRecords(url: string): AsyncGenerator<TixngoRecord, void, void> {
  for (let after: string | null = null; ;) {
    const page: readonly TixngoRecord[] = await readPage<TixngoRecord>(
      `${tixngoControl(url)}/tickets`,
      'tickets',
      after,
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.ticketId;
  }
}

/** Where the S-360 sandbox has its hooks. */
export function s360Control(url: string): string {
  return `${url.replace(/\/+$/, '')}/sandbox/s360`;
}

/** Where the TIXNGO sandbox has its hooks. @param url with or without the path of the organizer API */
export function tixngoControl(url: string): string {
  return `${originOf(url)}/sandbox/tixngo`;
}

export async function readJson<T>(url: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  } catch {
    throw new CannotCompare(
      `Nobody answers at ${originOf(url)}. Start the sandboxes with npm run sandbox, or export S360_URL and TIXNGO_URL as it has printed them.`,
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new CannotCompare(
      `${url} answers ${String(response.status)}: this is no sandbox, and only sandboxes show all their tickets.`,
    );
  }
  return body as T;
}

interface DistributionsOfTicket {
  readonly ticketId: number;
  readonly lines: readonly DistributionLine[];
}

interface HistoryOfTicket {
  readonly ticketId: string;
  readonly entries: readonly TixngoEntry[];
}

async function readPage<T>(
  url: string,
  list: string,
  after: string | null,
  parameter = 'afterTicketId',
): Promise<readonly T[]> {
  const query = new URLSearchParams({ limit: String(pageSize), ...(after === null ? {} : { [parameter]: after }) });
  const page = await readJson<Readonly<Record<string, unknown>>>(`${url}?${query.toString()}`);
  const found = page[list];
  if (!Array.isArray(found)) throw new CannotCompare(`${url}: the answer has no ${list}.`);
  return found as readonly T[];
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    throw new CannotCompare(`Expected a URL such as http://127.0.0.1:8360, got something else.`);
  }
}
