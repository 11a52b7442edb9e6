/** Reads both sandboxes over HTTP, page by page, so that a million tickets need no more memory than a thousand. */

/** A row of the S-360 export with the flags of the ticket, as the sandbox holds it. */
export interface S360Record {
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
  /** Export key → date of the flag. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface TixngoRecord {
  readonly ticketId: string;
  readonly status: string;
  /** Whose wallet it is in. */
  readonly owner: { readonly email: string };
  /** Messages to people about it. */
  readonly notifications: number;
  /** How it is being deleted; null if it is not. */
  readonly deletion: { readonly reason: string; readonly visible: boolean } | null;
  /** As it was injected. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The comparison is not possible: somebody does not answer, or is no sandbox. */
export class CannotCompare extends Error {
  override readonly name = 'CannotCompare';
}

const pageSize = 5_000;

/** All tickets of S-360 in the order of their ids. @param url the address that the interface has for S-360 */
export async function* s360Tickets(url: string): AsyncGenerator<S360Record, void, void> {
  for (let after = '0'; ;) {
    const { tickets } = await readTickets<S360Record>(`${s360Control(url)}/tickets`, after);
    yield* tickets;
    const last = tickets.at(-1);
    if (last === undefined) return;
    after = String(last.row['ticket_id']);
  }
}

/** All tickets of TIXNGO in the order of their ids. @param url the address that the interface has for TIXNGO */
export async function* tixngoTickets(url: string): AsyncGenerator<TixngoRecord, void, void> {
  for (let after: string | null = null; ;) {
    const page: { tickets: readonly TixngoRecord[] } = await readTickets(`${tixngoControl(url)}/tickets`, after);
    yield* page.tickets;
    const last = page.tickets.at(-1);
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
    throw new CannotCompare(`Nobody answers at ${originOf(url)}. Start the sandboxes with: npm run sandbox`);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new CannotCompare(
      `${url} answers ${String(response.status)}: this is no sandbox, and only sandboxes show all their tickets.`,
    );
  }
  return body as T;
}

async function readTickets<T>(url: string, after: string | null): Promise<{ readonly tickets: readonly T[] }> {
  const query = new URLSearchParams({ limit: String(pageSize), ...(after === null ? {} : { afterTicketId: after }) });
  const page = await readJson<{ tickets?: readonly T[] }>(`${url}?${query.toString()}`);
  if (!Array.isArray(page.tickets)) throw new CannotCompare(`${url}: the answer has no tickets.`);
  return { tickets: page.tickets };
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    throw new CannotCompare(`Expected a URL such as http://127.0.0.1:8360, got something else.`);
  }
}
