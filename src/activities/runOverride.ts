import type { ResolvedPlace } from '../config/resolve.js';
import type { Configuration } from '../config/schema.js';
import type { RunCounts } from '../domain/counts.js';
import type { ClaimRequest } from '../domain/claimRequest.js';
import type { DateFromInput, OverrideInput } from '../domain/overrideInput.js';
import type { RunInput } from '../domain/runInput.js';
import { pageSize } from './callPlan.js';
import { stop } from './failures.js';
import { forcedTickets } from './forcedTickets.js';
import { TicketListParts } from './listedTickets.js';
import { overrideFingerprint, todayIn } from './overrideFingerprint.js';

/**
 * What an operator asks of this one run: certain tickets, or all since a moment, processed or not. Source: S-360 manual, «1. Ticket injection»
 * (Force tickets), «2. Push Cancelled and Invalidated Tickets» (Date from, Force Ticket Tax Numbers, File to upload).
 */
export interface RunOverride {
  /** The tickets of the list; null if it is about all. */
  readonly list: TicketListParts | null;
  /** RFC 3339: what was marked processed since is offered again; null if only the tickets of the list are. */
  readonly since: string | null;
  /** By what the interface workflow knows it again. */
  readonly claim: NonNullable<ClaimRequest['override']>;
  /** The numbers of the lines of the file that were left out, because the operator said so. */
  readonly badLines: readonly number[];
  /** The list stands in the input: what is wrong with it may be said in its own words. */
  readonly isTyped: boolean;
}

type GivenInput = RunInput & OverrideInput & DateFromInput;

/**
 * @returns null if the input asks for none
 * @throws a failure that stops the run, with what is wrong in the file
 */
export async function runOverride(
  configuration: Configuration,
  resolved: ResolvedPlace,
  input: GivenInput,
): Promise<RunOverride | null> {
  const forced = await forcedTickets(configuration.uploadDirectory, input);
  const since = input.dateFrom ?? null;
  if (forced === null && since === null) return null;
  if (since !== null && Date.parse(since) > Date.now()) {
    throw stop('INPUT_INVALID', 'dateFrom: expected a moment in the past, got one that is still to come.');
  }
  const place = {
    organization: resolved.organization.code,
    function: resolved.function.function,
    internalName: resolved.function.internalName,
  };
  return {
    list: forced === null ? null : new TicketListParts(forced.list, pageSize(resolved)),
    since,
    claim: {
      fingerprint: overrideFingerprint(place, input, forced?.contentHash ?? null),
      day: input.overrideDay ?? '',
      today: todayIn(resolved.institution.timeZone, Date.now()),
      timeZone: resolved.institution.timeZone,
      again: input.again ?? undefined,
    },
    badLines: (forced?.badLines ?? []).map(({ line }) => line),
    isTyped: (input.forceTickets ?? null) !== null,
  };
}

/** So many of the tickets that are not offered are named. */
export const mostNamed = 50;

/**
 * What S-360 does not offer of the tickets that an operator has named.
 *
 * @param names the first of them, as far as they may be repeated
 */
export function listMessage(
  override: RunOverride | null,
  { notOffered }: Pick<RunCounts, 'notOffered'>,
  names: readonly string[],
): string {
  if (override?.list === null || override === null) return '';
  const parts: string[] = [];
  const { badLines } = override;
  if (badLines.length > 0) {
    const named = badLines.slice(0, mostNamed).join(', ') + (badLines.length > mostNamed ? ' …' : '');
    parts.push(
      badLines.length === 1
        ? `1 bad line of the file was left out: line ${named}.`
        : `${String(badLines.length)} bad lines of the file were left out: lines ${named}.`,
    );
  }
  if (notOffered > 0) {
    const more = notOffered > names.length ? ' …' : '';
    const named = names.length === 0 ? '' : `: ${names.join(', ')}${more}`;
    parts.push(
      `${String(notOffered)} of the named tickets ${notOffered === 1 ? 'is' : 'are'} not offered by S-360 for this function (unknown, of another organization or shipment mode, or in another state)${named}.`,
    );
  }
  return parts.join(' ');
}

/**
 * Said by a run that ends before its override is done.
 *
 * @param tellsAgain whether what is done already would be told to people once more
 */
export function unfinishedMessage(override: RunOverride | null, runId: string, tellsAgain: boolean): string {
  if (override === null) return '';
  const twice = tellsAgain ? ' Take out what was sent, or it is sent once more, as an update.' : '';
  return `The override is not done to its end, and nobody else goes on with it: to go on, start it once more with again: "${runId}".${twice}`;
}
