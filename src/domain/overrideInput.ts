import { asksFor, trueOrFalse, type InputField, type InputShape } from './inputCheck.js';
import { parseTicketList, ticketListFormat } from './skipList.js';

/** What an operator may ask of one run of a pushing function, on one day. */
export interface OverrideInput {
  /** Only these tickets, processed or not: tax numbers, or `id:` and the ticket id, comma separated. */
  readonly forceTickets?: string | null;
  /** Name of a CSV file in the worker's upload directory: only its tickets, processed or not. */
  readonly fileToUpload?: string | null;
  /** Leave the bad lines of the file out, instead of refusing the file. */
  readonly skipBadLines?: boolean | null;
  /** The day on which the override may be used, in the time zone of the institution. */
  readonly overrideDay?: string | null;
  /** Run id of the execution that is repeated: without it, the same override is not taken twice. */
  readonly again?: string | null;
}

/** Cancellations and controls only: what was marked processed since then is offered again. */
export interface DateFromInput {
  readonly dateFrom?: string | null;
}

/** More go into a file. */
const mostForcedTickets = 1_000;

/** The name of a file, never a path. */
export function isUploadName(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,99}$/.test(value);
}

/** The fields that the inputs of all pushing functions have. */
export const overrideFields = {
  forceTickets: {
    override: true,
    expected: `${ticketListFormat}, 1 to ${String(mostForcedTickets)} of them, such as "TN0000012345,id:10228305000005"`,
    accepts: (value: unknown) => {
      if (typeof value !== 'string') return false;
      const list = parseTicketList(value);
      if ('badEntry' in list) return false;
      const count = list.ticketIds.size + list.taxNumbers.size;
      return count >= 1 && count <= mostForcedTickets;
    },
  },
  fileToUpload: {
    override: true,
    expected: 'the name of a CSV file in the upload directory of the workers, such as "tickets.csv"',
    accepts: isUploadName,
  },
  skipBadLines: { ...trueOrFalse, override: true },
  overrideDay: {
    override: true,
    expected: 'the day of the run as yyyy-MM-dd, in the time zone of the institution, such as "2027-05-01"',
    accepts: (value: unknown) => typeof value === 'string' && isDay(value),
  },
  again: {
    override: true,
    expected:
      'the run id of the execution that is repeated, as the Web UI shows it, such as "0199c3f2-5c1e-7d3a-9f44-1d2b3c4e5f60"',
    accepts: (value: unknown) =>
      typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(value),
  },
} as const satisfies Record<string, InputField>;

export const dateFromField = {
  dateFrom: {
    override: true,
    expected: 'a date and time with offset, such as "2027-05-01T00:00:00+02:00"',
    accepts: (value: unknown) => typeof value === 'string' && isDateTime(value),
  },
} as const satisfies Record<string, InputField>;

/** A right input that overrides. */
export const overrideExample = {
  organization: 'FCDEMO',
  forceTickets: 'TN0000012345,id:10228305000005',
  overrideDay: '2027-05-01',
};

/**
 * What spans several fields: an override names its day, and nothing stands there without what it belongs to.
 *
 * @param datedFields the overrides of the function that need a day
 * @returns a check of an input whose fields fit already: null, or the sentence that says what is missing or too much
 */
export function overrideCheck(datedFields: readonly string[]): NonNullable<InputShape['check']> {
  return (given) => {
    const dated = datedFields.filter((name) => asksFor(given[name]));
    if (asksFor(given['forceTickets']) && asksFor(given['fileToUpload'])) {
      return 'forceTickets and fileToUpload: expected one of them, got both';
    }
    const list = ['forceTickets', 'fileToUpload'].find((name) => asksFor(given[name]));
    if (list !== undefined && asksFor(given['dateFrom'])) {
      return `dateFrom and ${list}: expected one of them, got both: a list names its tickets, whenever they were processed`;
    }
    if (list !== undefined && asksFor(given['fileNumber'])) {
      return `fileNumber and ${list}: expected one of them, got both`;
    }
    if (dated.length > 0 && !asksFor(given['overrideDay'])) {
      const { expected } = overrideFields.overrideDay;
      return `overrideDay is missing; expected ${expected}, since ${dated.join(' and ')} may be used on one day only`;
    }
    if (asksFor(given['skipBadLines']) && !asksFor(given['fileToUpload'])) {
      return 'skipBadLines: expected only together with fileToUpload, got it without';
    }
    const alone = ['overrideDay', 'again'].find((name) => asksFor(given[name]));
    if (dated.length === 0 && alone !== undefined) {
      return `${alone}: expected only together with ${datedFields.join(' or ')}, got it without`;
    }
    return null;
  };
}

/** A day of the calendar: 2027-02-30 is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const time = /^(.{10})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(text);
  return time !== null && isDay(time[1] ?? '');
}
