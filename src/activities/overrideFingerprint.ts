import { createHash } from 'node:crypto';

import { DateTime } from 'luxon';

import type { FunctionName } from '../domain/functions.js';
import type { DateFromInput, OverrideInput } from '../domain/overrideInput.js';
import { checkedTicketList, type TicketList } from '../domain/skipList.js';

/** Which function of which organization an override is for: tax numbers and internal names repeat in another one. */
export interface OverridePlace {
  readonly organization: string;
  readonly function: FunctionName;
  readonly internalName: string;
}

/**
 * By what the same override is known again, however it is written: tickets in another order, or in a file of another name, are the same ones.
 * What does not change which tickets are meant is no part of it: `again`, `simulation`, the skip list.
 *
 * @param contentHash of the list of an uploaded file
 * @returns SHA-256, hexadecimal
 */
export function overrideFingerprint(
  { organization, function: name, internalName }: OverridePlace,
  { forceTickets, dateFrom, overrideDay }: OverrideInput & DateFromInput,
  contentHash: string | null,
): string {
  const forced = (forceTickets ?? null) === null ? null : fingerprintOfList(checkedTicketList(forceTickets ?? ''));
  const since = (dateFrom ?? null) === null ? null : Date.parse(dateFrom ?? '');
  return sha256(JSON.stringify([organization, name, internalName, contentHash ?? forced, since, overrideDay ?? null]));
}

/** The same for the same tickets, in whatever order they were given. */
export function fingerprintOfList({ ticketIds, taxNumbers }: TicketList): string {
  return sha256(JSON.stringify([[...ticketIds].sort(), [...taxNumbers].sort()]));
}

/** The day of the calendar at a place, as `overrideDay` is written. */
export function todayIn(timeZone: string, nowMs: number): string {
  const day = DateTime.fromMillis(nowMs, { zone: timeZone }).toISODate();
  if (day === null) throw new TypeError('the time zone was not checked');
  return day;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
