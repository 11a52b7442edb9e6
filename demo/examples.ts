import { table } from '../src/cli/terminal.js';
import { textOf } from './comparer/expectedTicket.js';
import { reasonToWait } from './comparer/reasonToWait.js';
import type { ComparerRules } from './comparer/rules.js';
import {
  readJson,
  s360Control,
  tixngoControl,
  type DistributionLine,
  type MobileTicket,
  type S360Record,
  type TixngoRecord,
} from './comparer/sandboxTickets.js';
import { someS360Tickets } from './hooks.js';

interface Addresses {
  readonly s360Url: string;
  readonly tixngoUrl: string;
}

/** One ticket as both systems show it at one moment. */
interface Sight {
  readonly s360: S360Record;
  /** What S-360 knows of its life in TIXNGO. */
  readonly mobile: MobileTicket | null;
  readonly lines: readonly DistributionLine[];
  readonly tixngo: TixngoRecord | null;
}

/** A ticket to look at before and after. */
export interface Example {
  readonly ticketId: string;
  /** What there is to see. */
  readonly title: string;
  readonly before: Sight;
  /** Whether its way through phones is worth a look. */
  readonly showsWay: boolean;
}

/** Three tickets that show different things: one that is sent, one that TIXNGO must refuse or of another kind, one that waits. */
export async function chooseExamples(addresses: Addresses, rules: ComparerRules): Promise<readonly Example[]> {
  const tickets = await someS360Tickets(addresses);
  const open = tickets.filter(({ row }) => row['ticket_state'] === 'NOT_PRINTED');
  const reasons = new Map(open.map((ticket) => [ticket, reasonToWait(ticket.row, rules)]));
  const dated = (ticket: S360Record): boolean => textOf(ticket.row, 'performance_id') !== null;
  const chosen = new Set<S360Record>();
  const wishes: ((ticket: S360Record) => boolean)[] = [
    (ticket) => reasons.get(ticket) === null && dated(ticket),
    (ticket) => reasons.get(ticket)?.startsWith('data that') === true,
    (ticket) => reasons.get(ticket) === 'ticket holder incomplete',
    (ticket) => reasons.get(ticket) === null && !dated(ticket),
    (ticket) => reasons.get(ticket) === null,
    () => true,
    () => true,
  ];
  for (const wish of wishes) {
    const found = open.find((ticket) => !chosen.has(ticket) && wish(ticket));
    if (found !== undefined && chosen.size < 3) chosen.add(found);
  }
  const ids = [...chosen].map(({ row }) => String(row['ticket_id']));
  const seen = await look(addresses, ids);
  return [...chosen].flatMap((ticket) => {
    const ticketId = String(ticket.row['ticket_id']);
    const before = seen.get(ticketId);
    if (before === undefined) return [];
    const reason = reasons.get(ticket) ?? null;
    const kind = (textOf(ticket.row, 'product_kind') ?? '').toLowerCase().replaceAll('_', ' ');
    return [
      { ticketId, title: `${kind}, ${reason === null ? 'sent' : `not sent: ${reason}`}`, before, showsWay: false },
    ];
  });
}

/** One ticket as both systems show it now, to look at again later. */
export async function chooseExample(
  addresses: Addresses,
  ticketId: string,
  title: string,
  showsWay = false,
): Promise<Example | null> {
  const before = (await look(addresses, [ticketId])).get(ticketId);
  return before === undefined ? null : { ticketId, title, before, showsWay };
}

/** One table a ticket. */
export async function examplesText(addresses: Addresses, examples: readonly Example[]): Promise<string> {
  const after = await look(
    addresses,
    examples.map(({ ticketId }) => ticketId),
  );
  return examples
    .map(({ ticketId, title, before, showsWay }) => {
      const now = after.get(ticketId) ?? before;
      const [left, right] = [sightColumns(before), sightColumns(now)];
      const rows = rowNames.map((name, i) => [
        name,
        left.s360[i] ?? '',
        right.s360[i] === left.s360[i] ? '=' : (right.s360[i] ?? ''),
        left.tixngo[i] ?? '',
        right.tixngo[i] === left.tixngo[i] ? '=' : (right.tixngo[i] ?? ''),
      ]);
      const head = ['', 'S-360 before', 'S-360 after', 'TIXNGO before', 'TIXNGO after'];
      const way = showsWay ? `\n\n${wayText(now)}` : '';
      return `Ticket ${ticketId} (${title})\n${table(rows, { head })}${way}`;
    })
    .join('\n\n');
}

/** How the ticket went through phones, as S-360 knows it: who its owners were is not shown, but for the numbers of their contacts. */
function wayText({ mobile, lines }: Sight): string {
  const rows = (mobile?.history ?? []).map(({ status, statusChangedAt }) => {
    const line = lines.find(({ changedAt }) => Date.parse(changedAt) === Date.parse(statusChangedAt));
    const time = `${statusChangedAt.slice(11, 23)} UTC`;
    return [status, time, line?.status ?? '', line?.oldContactNumber ?? '', line?.newContactNumber ?? ''];
  });
  return table(rows, { head: ['its way, as S-360 has it', 'since', 'distribution', 'from contact', 'to contact'] });
}

const rowNames = [
  'state',
  'marked processed',
  'mobile status',
  'event',
  'start',
  'price',
  'spectator',
  'wallet',
  'cultural contact',
  'barcode',
];

/** The e-mail and the barcode are cut: enough to compare by eye, too little to use. */
function sightColumns({ s360, mobile, tixngo }: Sight): { readonly s360: string[]; readonly tixngo: string[] } {
  const { row, flags } = s360;
  const column = (name: string): string => textOf(row, name) ?? '-';
  const dated = textOf(row, 'performance_id') !== null;
  const [state, printedBy] = [column('ticket_state'), textOf(row, 'printed_by')];
  const detail = state === 'PRINTED' && printedBy !== null ? ` by ${printedBy}` : '';
  const cause = state === 'CANCELLED' || state === 'INVALIDATED' ? `, ${column('cancellation_cause')}` : '';
  const exports = Object.keys(flags);
  return {
    s360: [
      `${state}${detail}${cause}`,
      exports.length === 0 ? 'no' : exports.join(', '),
      mobile?.current?.status ?? '-',
      dated ? column('performance_id') : column('product_code'),
      `${column(dated ? 'start' : 'validity_start')} ${column('time_zone')}`,
      `${thousandths(row['price'])} + ${thousandths(row['charges'])} ${column('currency')}`,
      maskedEmail(textOf(row, 'holder_email') ?? textOf(row, 'contact_email')),
      maskedEmail(ownerEmail(mobile)),
      column('contact_number'),
      maskedBarcode(textOf(row, 'barcode')),
    ],
    tixngo:
      tixngo === null
        ? ['unknown', ...rowNames.slice(1).map(() => '-')]
        : [
            `${tixngo.status}${deletionText(tixngo)}`,
            '-',
            '-',
            payloadText(tixngo, 'event', 'id') ?? '-',
            payloadText(tixngo, 'event', 'startTime') ?? '-',
            `${payloadText(tixngo, 'purchaseDetails', 'price') ?? '-'} ${payloadText(tixngo, 'purchaseDetails', 'currency') ?? ''}`,
            maskedEmail(payloadText(tixngo, 'spectatorDetails', 'email')),
            maskedEmail(tixngo.owner.email),
            '-',
            maskedBarcode(payloadText(tixngo, 'security', 'barcode')),
          ],
  };
}

function ownerEmail(mobile: MobileTicket | null): string | null {
  const owner = mobile?.current?.['owner'] as { readonly email?: unknown } | null | undefined;
  return typeof owner?.email === 'string' ? owner.email : null;
}

function deletionText({ deletion }: TixngoRecord): string {
  return deletion === null ? '' : `, ${deletion.reason}${deletion.visible ? ' (shown as deleted)' : ''}`;
}

async function look({ s360Url, tixngoUrl }: Addresses, ids: readonly string[]): Promise<ReadonlyMap<string, Sight>> {
  if (ids.length === 0) return new Map();
  const query = `ids=${ids.join(',')}`;
  const s360 = s360Control(s360Url);
  const [ours, mobile, distributions, theirs] = await Promise.all([
    readJson<{ tickets: readonly S360Record[] }>(`${s360}/tickets?${query}`),
    readJson<{ mobileTickets: readonly MobileTicket[] }>(`${s360}/mobile-tickets?${query}`),
    readJson<{ distributions: readonly Distributions[] }>(`${s360}/distributions?${query}`),
    readJson<{ tickets: readonly TixngoRecord[] }>(`${tixngoControl(tixngoUrl)}/tickets?${query}`),
  ]);
  const lines = new Map(distributions.distributions.map((ticket) => [String(ticket.ticketId), ticket.lines]));
  const known = new Map(mobile.mobileTickets.map((ticket) => [String(ticket.ticketId), ticket]));
  const held = new Map(theirs.tickets.map((ticket) => [ticket.ticketId, ticket]));
  return new Map(
    ours.tickets.map((ticket) => {
      const id = String(ticket.row['ticket_id']);
      return [
        id,
        { s360: ticket, mobile: known.get(id) ?? null, lines: lines.get(id) ?? [], tixngo: held.get(id) ?? null },
      ];
    }),
  );
}

interface Distributions {
  readonly ticketId: number;
  readonly lines: readonly DistributionLine[];
}

function payloadText({ payload }: TixngoRecord, part: string, field: string): string | null {
  const value = (payload[part] as Record<string, unknown> | undefined)?.[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function thousandths(value: unknown): string {
  return typeof value === 'number' ? (value / 1_000).toFixed(2) : '-';
}

/** m…@example.org */
export function maskedEmail(email: string | null): string {
  if (email === null) return '-';
  const [name = '', domain] = email.split('@');
  return domain === undefined ? '…' : `${[...name][0] ?? ''}…@${domain}`;
}

/** 0012…89; a short one shows nothing. */
export function maskedBarcode(barcode: string | null): string {
  if (barcode === null) return '-';
  const characters = [...barcode];
  return characters.length < 9 ? '…' : `${characters.slice(0, 4).join('')}…${characters.slice(-2).join('')}`;
}
