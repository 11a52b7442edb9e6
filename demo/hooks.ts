import { readJson, s360Control, tixngoControl, type S360Record, type TixngoRecord } from './comparer/sandboxTickets.js';
import type { Parts } from './parts.js';

type Addresses = Pick<Parts, 's360Url' | 'tixngoUrl'>;

/** Enough to choose from; a million tickets need not be read for it. */
const shownTickets = 5_000;

export async function someS360Tickets({ s360Url }: Addresses): Promise<readonly S360Record[]> {
  const { tickets } = await readJson<{ tickets: readonly S360Record[] }>(
    `${s360Control(s360Url)}/tickets?limit=${String(shownTickets)}`,
  );
  return tickets;
}

export async function someTixngoTickets({ tixngoUrl }: Addresses): Promise<readonly TixngoRecord[]> {
  const { tickets } = await readJson<{ tickets: readonly TixngoRecord[] }>(
    `${tixngoControl(tixngoUrl)}/tickets?limit=${String(shownTickets)}`,
  );
  return tickets;
}

/** What people do at TIXNGO: their phones, and the organizer's settings. @returns the answer */
export async function atTixngo<T>({ tixngoUrl }: Addresses, path: string, body: object): Promise<T> {
  return await postJson<T>(`${tixngoControl(tixngoUrl)}/${path}`, body);
}

/** What people do at S-360: the box office, and the gates. @returns the answer */
export async function atS360<T>({ s360Url }: Addresses, path: string, body: object): Promise<T> {
  return await postJson<T>(`${s360Control(s360Url)}/${path}`, body);
}

export async function postJson<T>(url: string, body: object): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Error(`${url} answered ${String(answer.status)}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
