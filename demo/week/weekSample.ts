import {
  readJson,
  s360Control,
  s360Records,
  tixngoControl,
  tixngoPrivileges,
  tixngoRecords,
} from '../comparer/sandboxTickets.js';
import { isCard } from '../comparer/cards.js';
import type { CallSample, WeekSample } from '../page/weekPicture.js';
import type { Parts } from '../parts.js';

type Addresses = Pick<Parts, 's360Url' | 'tixngoUrl'>;

/** Counts the tickets of both systems by state, all of them. */
export async function sampleTickets({ s360Url, tixngoUrl }: Addresses, startedMs: number): Promise<WeekSample> {
  const [s360, tixngo] = [new Map<string, number>(), new Map<string, number>()];
  for await (const { row } of s360Records(s360Url)) {
    add(s360, `${isCard(row) ? 'card ' : ''}${String(row['ticket_state'])}`);
  }
  for await (const { status } of tixngoRecords(tixngoUrl)) add(tixngo, status);
  for await (const { status } of tixngoPrivileges(tixngoUrl)) add(tixngo, `privilege ${status}`);
  const { notifications } = await readJson<{ notifications: number }>(`${tixngoControl(tixngoUrl)}/counters`);
  return {
    atMs: Date.now() - startedMs,
    s360: Object.fromEntries(s360),
    tixngo: Object.fromEntries(tixngo),
    notifications,
  };
}

/** Reads what both systems count: a limit of S-360 is one of each of its services, of all versions together. */
export async function sampleCalls({ s360Url, tixngoUrl }: Addresses, startedMs: number): Promise<CallSample> {
  const read = async (control: string): Promise<[string, number][]> => {
    const { calls } = await readJson<{ calls: Readonly<Record<string, number>> }>(`${control}/counters`);
    return Object.entries(calls);
  };
  const [s360, tixngo] = await Promise.all([read(s360Control(s360Url)), read(tixngoControl(tixngoUrl))]);
  const calls = new Map<string, number>();
  for (const [operation, count] of s360) add(calls, `S-360 ${operation.split('.')[0] ?? ''}`, count);
  for (const [, count] of tixngo) add(calls, 'TIXNGO', count);
  return { atMs: Date.now() - startedMs, calls: Object.fromEntries(calls) };
}

function add(counts: Map<string, number>, name: string, count = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
