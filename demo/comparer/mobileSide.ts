/**
 * What S-360 must know of a ticket's life in TIXNGO: status, history and details. Written a second time on purpose, like `expectedTicket.ts`.
 */
import { behind, isSameMoment, wrong, type Finding } from './finding.js';
import type { Fields, MobileTicket, TixngoTicket } from './sandboxTickets.js';

interface Moment {
  readonly status: string;
  readonly statusChangedAt: string;
}

export function compareMobileSide(held: TixngoTicket, mobile: MobileTicket | null): Finding[] {
  const current = mobile?.current ?? null;
  const stored = mobile?.history ?? [];
  const findings: Finding[] = [];
  for (const line of stored) {
    const entry = held.history.find((one) => isSame(one, line));
    if (entry === undefined) {
      findings.push(wrong('mobile history', `${momentText(line)} in S-360, which TIXNGO does not know`));
    } else if (entry.ownerEmail !== line.ownerEmail) {
      findings.push(wrong('mobile history', `the owner of ${momentText(line)} is not the same in both`));
    }
  }
  if (current === null) {
    findings.push(
      behind('nothing of it is in S-360 yet', 'mobile status', `${held.status} in TIXNGO, nothing in S-360`),
    );
    return findings;
  }
  if (!isSame(held, current)) {
    const what = `${momentText(held)} in TIXNGO, ${momentText(current)} in S-360`;
    const isOlder = held.history.some((entry) => isSame(entry, current));
    findings.push(isOlder ? behind('TIXNGO has a newer status', 'mobile status', what) : wrong('mobile status', what));
    return findings;
  }
  const missing = held.history.filter((entry) => !stored.some((line) => isSame(line, entry)));
  for (const entry of missing) {
    findings.push(behind('an earlier status is missing', 'mobile history', `${momentText(entry)} is missing in S-360`));
  }
  findings.push(...compareDetails(held, current));
  return findings;
}

const personFields = [
  ...['email', 'title', 'firstName', 'lastName', 'gender', 'dateOfBirth', 'nationality', 'idCardNumber'],
  ...['phoneNumber', 'residenceCountry', 'language'],
];
const holderFields = ['firstName', 'lastName', 'email', 'dateOfBirth', 'nationality', 'idCardNumber'];

/** Everything else that is told with a status. Values are not shown: most are a person's. */
function compareDetails(held: TixngoTicket, current: Fields): Finding[] {
  const { owner, ticketHolder, transfer, activation, deletion, extraFields, beaconName, initialOwnerEmail } = held;
  // A passport stands where there is no identity card.
  const known = { ...owner, idCardNumber: owner['idCardNumber'] ?? owner['passportNumber'] };
  const pairs: readonly [name: string, theirs: unknown, ours: unknown][] = [
    ...parts('owner', personFields, known, current['owner']),
    ...parts('holder', holderFields, ticketHolder, current['holder']),
    ...parts('transfer', ['direction', 'senderEmail', 'recipientEmail', 'initiatedAt'], transfer, current['transfer']),
    ...parts('activation', ['method', 'activatedAt'], activation, current['activation']),
    ...parts('deletion', ['reason', 'requestedAt', 'confirmedAt'], deletion, current['deletion']),
    ['initialOwnerEmail', initialOwnerEmail, current['initialOwnerEmail']],
    ['extraFields', pairsText(extraFields), pairsText(current['extraFields'])],
    ['beaconName', beaconName, current['beaconName']],
  ];
  return pairs.flatMap(([name, theirs, ours]) =>
    valueOf(theirs) === valueOf(ours) ? [] : [wrong(`mobile ${name}`, 'not the same in both')],
  );
}

function parts(
  name: string,
  fields: readonly string[],
  theirs: unknown,
  ours: unknown,
): [name: string, theirs: unknown, ours: unknown][] {
  const field = (of: unknown, key: string): unknown => (of as Fields | null | undefined)?.[key];
  return [
    [name, isThere(theirs), isThere(ours)],
    ...fields.map((key): [string, unknown, unknown] => [`${name}.${key}`, field(theirs, key), field(ours, key)]),
  ];
}

function isThere(value: unknown): string {
  return value === null || value === undefined ? 'no' : 'yes';
}

/** What is not known and what is empty are the same; a moment is the same however it is written. */
function valueOf(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
}

function pairsText(fields: unknown): string {
  const list = Array.isArray(fields) ? (fields as readonly Fields[]) : [];
  return JSON.stringify(list.map(({ key, value }) => [key, value ?? null]));
}

function isSame(left: Moment, right: Moment): boolean {
  return left.status === right.status && isSameMoment(left.statusChangedAt, right.statusChangedAt);
}

function momentText({ status, statusChangedAt }: Moment): string {
  return `${status} of ${statusChangedAt}`;
}
