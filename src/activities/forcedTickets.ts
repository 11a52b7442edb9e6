import { messageOf } from '../domain/messages.js';
import type { OverrideInput } from '../domain/overrideInput.js';
import { checkedTicketList, type TicketList } from '../domain/skipList.js';
import { compareTicketIds } from '../domain/ticketId.js';
import { parseTicketListFile, type BadLine } from '../domain/ticketListFile.js';
import { stop } from './failures.js';
import { fingerprintOfList } from './overrideFingerprint.js';
import { readUpload, utf8Text } from './uploadedFile.js';

/** The tickets that an operator has named for one run. */
export interface ForcedTickets {
  /** In ascending order. */
  readonly list: TicketList;
  /** Of the list that came out of the file, whatever its name and order; null if the list stands in the input itself. */
  readonly contentHash: string | null;
  /** Lines of the file that are left out, because the operator said so. */
  readonly badLines: readonly BadLine[];
}

/** Twenty thousand of the longest numbers, in quotes. */
const mostBytes = 3_000_000;

const mostNamedLines = 20;

/**
 * What `forceTickets` or `fileToUpload` name.
 *
 * @returns null if the input names no tickets
 * @throws a failure that stops the run: FILE_NOT_FOUND, TICKET_LIST_INVALID with the bad lines, never with what stands in them
 */
export async function forcedTickets(
  uploadDirectory: string | undefined,
  { forceTickets, fileToUpload, skipBadLines }: OverrideInput,
): Promise<ForcedTickets | null> {
  if (forceTickets !== undefined && forceTickets !== null) {
    return { list: inOrder(checkedTicketList(forceTickets)), contentHash: null, badLines: [] };
  }
  if (fileToUpload === undefined || fileToUpload === null) return null;
  const bytes = await readUpload(uploadDirectory, fileToUpload, mostBytes);
  if (bytes.length > mostBytes) throw unusable(fileToUpload, `expected at most ${String(mostBytes)} bytes, got more`);
  const text = utf8Text(bytes);
  if (text === null) throw unusable(fileToUpload, 'expected a text in UTF-8, got another encoding');
  const file = parseTicketListFile(text);
  if ('unusable' in file) throw unusable(fileToUpload, file.unusable);
  const { tickets, count, badLines } = file;
  if (badLines.length > 0 && (skipBadLines !== true || count === 0)) throw badLinesIn(fileToUpload, count, badLines);
  const list = inOrder(tickets);
  return { list, contentHash: fingerprintOfList(list), badLines };
}

function inOrder({ ticketIds, taxNumbers }: TicketList): TicketList {
  return {
    ticketIds: new Set([...ticketIds].sort(compareTicketIds)),
    taxNumbers: new Set([...taxNumbers].sort()),
  };
}

/** Such a file is wrong as a whole: there are no lines to leave out. */
function unusable(name: string, why: string): Error {
  const { sentence } = messageOf('TICKET_LIST_INVALID');
  return stop('TICKET_LIST_INVALID', `${sentence} ${name}: ${why}. Correct the file, and start again.`);
}

function badLinesIn(name: string, good: number, badLines: readonly BadLine[]): Error {
  if (good === 0) return unusable(name, `no line names a ticket; ${linesAndExpected(badLines)}`);
  const { sentence, action } = messageOf('TICKET_LIST_INVALID');
  const bad = badLines.length === 1 ? '1 line is bad' : `${String(badLines.length)} lines are bad`;
  const rest = good === 1 ? '1 ticket is good' : `${String(good)} tickets are good`;
  return stop(
    'TICKET_LIST_INVALID',
    `${sentence} ${name}: ${bad}, and ${rest}; ${linesAndExpected(badLines)}. ${action}`,
  );
}

/** The first bad lines, with their numbers and what was expected there. */
function linesAndExpected(badLines: readonly BadLine[]): string {
  const named = badLines.slice(0, mostNamedLines);
  const parts = [...new Set(named.map(({ expected }) => expected))].map((expected) => {
    const lines = named.filter((one) => one.expected === expected).map(({ line }) => String(line));
    return `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}: expected ${expected}`;
  });
  const more = badLines.length - named.length;
  return [...parts, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ');
}
