import { z } from 'zod';

import { eventDayFrequencies } from '../domain/eventCalendar.js';
import { filterNames, type TicketFilters } from '../domain/filters.js';
import { functionNames } from '../domain/functions.js';
import { holderFieldNames } from '../domain/holderFields.js';
import { code, codes, dateTime, httpUrl, label, pointOfSales, ticketList, trueOrFalse, wholeNumber } from './fields.js';

/** A duration as S-360 schedules have it. */
const frequencyMinutes = wholeNumber(1, 1_440);

const filters = z
  .strictObject(Object.fromEntries(filterNames.map((name) => [name, codes.optional()])), {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown filter; expected one of ${filterNames.join(', ')}`
        : 'expected filters in braces { }, each a code or a list of codes',
  })
  .transform((given) => given as TicketFilters)
  .default({});

/** What every function of an interface has: how S-360 calls it, when it is launched, how much it takes at once. */
const schedule = {
  internalName: code('the internal name of the function', 'Ticket injection'),
  launch: z.enum(['manual', 'automatic'], 'expected "manual" or "automatic"').default('manual'),
  frequencyMinutes: frequencyMinutes.optional(),
  start: dateTime.optional(),
  end: dateTime.optional(),
  batchSize: wholeNumber(1, 1_000).default(1_000),
  maxTicketsPerRun: wholeNumber(1, 10_000_000).optional(),
  skipTickets: ticketList.default(''),
};

/** What the two functions share that inject: which rows of S-360 are theirs, and by which point of sales they are printed. */
const injecting = {
  shipmentModes: codes.default(['BLOCKCHAIN']),
  pointOfSales,
  filters,
  fileNumber: z
    .string('expected a file number as a text of digits')
    .regex(/^\d{1,19}$/, 'expected a file number as a text of digits')
    .optional(),
  mandatoryTicketHolderFields: z
    .array(
      z.enum(holderFieldNames, `expected ticket holder fields out of ${holderFieldNames.join(', ')}`),
      `expected a list of ticket holder fields out of ${holderFieldNames.join(', ')}`,
    )
    .default([]),
  barcodeFormat: z
    .strictObject({
      prefix: z.string('expected a text').max(50, 'expected at most 50 characters').default(''),
      suffix: z.string('expected a text').max(50, 'expected at most 50 characters').default(''),
    })
    .prefault({}),
};

const injectionFunction = z.strictObject({
  function: z.literal('ticketsExternalPrinting'),
  ...schedule,
  ...injecting,
  mainApplicant: trueOrFalse.default(false),
  ticketTemplate: z.string('expected the name of a ticket template of this interface').optional(),
});

/** Source: S-360 manual, «2. Push Cancelled and Invalidated Tickets», parameters of the schedule. */
const pushCancelledFunction = z.strictObject({
  function: z.literal('pushCancelled'),
  ...schedule,
  /** Mandatory in S-360 too: only tickets of these modes can be in TIXNGO. */
  shipmentModes: codes,
  notifySpectator: trueOrFalse.default(false),
  deletionReasons: z
    .record(
      z.string().min(1),
      z.string('expected a deletion reason of TIXNGO').min(1, 'expected a deletion reason of TIXNGO'),
      'expected cancellation causes of S-360, each with a deletion reason of TIXNGO, such as { "REPRINT": "REPRINTED" }',
    )
    .default({}),
  deletionFirstPauseSeconds: wholeNumber(1, 3_600).default(60),
  deletionDeadlineDays: wholeNumber(1, 365).default(30),
});

/**
 * Source: S-360 manual, «3. Push Controlled Tickets», parameters of the schedule: 10,000 tickets a batch, every five minutes, every minute on an
 * event day.
 */
const pushControlledFunction = z.strictObject({
  function: z.literal('pushControlled'),
  ...schedule,
  batchSize: wholeNumber(1, 10_000).default(10_000),
  shipmentModes: codes,
  /** How many calls to TIXNGO may be under way at once. */
  callsAtOnce: wholeNumber(1, 10).default(4),
  /** What holds instead while an event of the calendar is on. */
  eventDay: z
    .strictObject({
      frequencyMinutes: wholeNumber(1, 60).default(1),
      batchSize: wholeNumber(1, 10_000).default(10_000),
    })
    .prefault({}),
});

/** Source: S-360 manual, «4. Retrieve Ticket Status», parameters of the schedule. The pagination key is the interface's own. */
const retrieveFunction = z.strictObject({ function: z.literal('retrieveTicketStatus'), ...schedule });

/** Source: S-360 manual, «6. Digital Privileges Injection». */
const digitalPrivilegesFunction = z.strictObject({
  function: z.literal('digitalPrivilegesInjection'),
  ...schedule,
  ...injecting,
  /** Picture of a privilege in the app, by the code of its product. */
  privilegeImages: z
    .record(label, httpUrl('https://images.example.org/card.png'), 'expected pictures by product code')
    .default({}),
});

export const anyFunction = z
  .discriminatedUnion(
    'function',
    [injectionFunction, pushCancelledFunction, retrieveFunction, pushControlledFunction, digitalPrivilegesFunction],
    {
      error: (issue) =>
        typeof issue.input === 'object' && issue.input !== null
          ? `expected a function: ${functionNames.join(', ')}`
          : 'expected an object in braces { }',
    },
  )
  .refine((f) => f.launch === 'manual' || f.frequencyMinutes !== undefined, {
    path: ['frequencyMinutes'],
    error: 'expected a frequency in minutes: an automatic launch needs one',
  })
  .refine((f) => f.start === undefined || f.end === undefined || Date.parse(f.start) < Date.parse(f.end), {
    path: ['end'],
    error: 'expected an end that is later than the start',
  })
  .superRefine((f, context) => {
    if (f.function !== 'pushControlled' || !frequencyMinutes.safeParse(f.frequencyMinutes).success) return;
    const frequencies = eventDayFrequencies(f.frequencyMinutes ?? 1);
    if (frequencies.includes(f.eventDay.frequencyMinutes)) return;
    context.addIssue({
      code: 'custom',
      path: ['eventDay', 'frequencyMinutes'],
      message: `expected ${frequencies.length === 1 ? '' : 'one of '}${frequencies.join(', ')}: the starts of frequencyMinutes stay, and others come between them`,
    });
  });
