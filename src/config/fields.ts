import { IANAZone } from 'luxon';
import { z } from 'zod';

import { parseTicketList, ticketListFormat } from '../domain/skipList.js';

/** The kinds of values that stand in the configuration, each with the sentence that says what was expected. */
export const codePattern = /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$/;

export const code = (what: string, example: string) =>
  z
    .string(`expected ${what}, such as "${example}"`)
    .regex(codePattern, `expected ${what} (letters, digits, space, _ . -), such as "${example}"`);

export const variableName = z
  .string('expected the name of an environment variable, such as "S360_SECRET"')
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    'expected the name of an environment variable, such as "S360_SECRET" (never the key itself)',
  );

export const httpUrl = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `expected an http or https URL, such as "${example}"` })
    .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'expected a URL without a user name or password in it')
    .refine((url) => !/[?#]/.test(url), 'expected a URL without a query (?) or a fragment (#)');

export const wholeNumber = (from: number, to: number) => {
  const expected = `expected a whole number from ${String(from)} to ${String(to)}`;
  return z.int(expected).min(from, expected).max(to, expected);
};

export const expectedFrom =
  'expected the sender, such as "tickets@example.org" or "S-360 TIXNGO <tickets@example.org>"';
export const sender = z
  .string(expectedFrom)
  .refine((text) => z.email().safeParse(/^[^<>\r\n]*<([^<>]+)>$/.exec(text)?.[1] ?? text).success, expectedFrom);

export const trueOrFalse = z.boolean('expected true or false');

export const path = z
  .string('expected a path, such as "/organizer/tickets/lookup"')
  .regex(/^\/[\w\-./{}]*$/, 'expected a path that begins with /, such as "/organizer/tickets/lookup"');

/** Fewer calls than a page needs would never do any work. */
export const callsPerMinute = z.union(
  [wholeNumber(6, 1_000_000), z.null()],
  'expected a whole number from 6 to 1000000, or null for no limit',
);

export const pointOfSales = z
  .string('expected "salesChannelCode;posCode", such as "TIXNGO;MOBILE"')
  .regex(/^[^;,\s]+;[^;,\s]+$/, 'expected "salesChannelCode;posCode", such as "TIXNGO;MOBILE"');

const aCode = z.string().regex(/^[^,]*[^,\s][^,]*$/);

/** A comma would be read as «one of» by S-360's export. */
export const codes = z
  .unknown()
  .refine(
    (given) => aCode.safeParse(given).success || z.array(aCode).min(1).safeParse(given).success,
    'expected a code or a list of codes (none with a comma in it), such as "2027" or ["2026", "2027"]',
  )
  .transform((given) => (Array.isArray(given) ? (given as string[]) : [given as string]));

export const ticketList = z
  .string(`expected ${ticketListFormat}`)
  .refine((text) => !('badEntry' in parseTicketList(text)), `expected ${ticketListFormat}`);

export const dateTime = z.iso.datetime({
  offset: true,
  error: 'expected a date and time with offset, such as "2027-05-01T00:00:00+02:00"',
});

export const label = z.string('expected a text').regex(/\S/, 'expected a text that is not empty');

const expectedTimeZone = 'expected a time zone by its IANA name, such as "Europe/Zurich"';
export const timeZone = z.string(expectedTimeZone).refine((name) => IANAZone.isValidZone(name), expectedTimeZone);
