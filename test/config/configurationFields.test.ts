import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { configurationSchema } from '../../src/config/schema.js';
import { changed, fullConfiguration, problems } from './configurationForTests.js';

const s360 = 'institutions[0].s360';
const organization = 'institutions[0].organizations[0]';
const settings = `${organization}.interfaces[0]`;
const fn = `${settings}.functions[0]`;
const cancelling = `${settings}.functions[1]`;
const retrieving = `${settings}.functions[2]`;
const controlling = `${settings}.functions[3]`;
const privileges = `${settings}.functions[4]`;
const anyFunction =
  'expected a function: ticketsExternalPrinting, pushCancelled, pushControlled, retrieveTicketStatus, digitalPrivilegesInjection';
const fullEvent = { name: 'Final', from: '2027-05-01T16:00:00+02:00', until: '2027-05-01T22:30:00+02:00' };
const template = `${settings}.ticketTemplates.standard`;

/** One row a field: its path, the sentence, the values that must give it. `optional`: it may be left out. */
interface Row {
  readonly path: string;
  readonly sentence: string | RegExp;
  readonly wrong: readonly unknown[];
  readonly optional?: true;
}

const noText = [5, null, true, [], {}];
const noCode = [...noText, '', ' leading', 'semi;colon', 'slash/', 'x'.repeat(101)];
const object = 'expected an object in braces { }';
const aCode = 'expected a code or a list of codes (none with a comma in it), such as "2027" or ["2026", "2027"]';
const trueOrFalse = { sentence: 'expected true or false', wrong: ['true', 1, null, 'yes'], optional: true } as const;
const wholeNumber = (from: number, to: number) => ({
  sentence: `expected a whole number from ${String(from)} to ${String(to)}`,
  wrong: [from - 1, to + 1, from + 0.5, String(from), null],
});
const limit = {
  sentence: /^expected a whole number from 6 to 1000000(, or null for no limit)?$/,
  wrong: [5, 0, 1_000_001, 6.5, '60', true],
  optional: true,
} as const;
const variable = {
  sentence: /^expected the name of an environment variable, such as "S360_SECRET"/,
  wrong: [...noText, '', 'lower', '1A', 'A-B', 'the-secret-itself'],
} as const;
const operationPath = {
  sentence: 'expected a path, such as "/organizer/tickets/lookup"',
  wrong: [5, true],
  optional: true,
} as const;
const operation = (path: string): readonly Row[] => [
  { path, ...operationPath },
  {
    path,
    sentence: 'expected a path that begins with /, such as "/organizer/tickets/lookup"',
    wrong: ['organizer/tickets', '', '/a b', 'http://127.0.0.1/x', '/a?b=c'],
    optional: true,
  },
];
const httpUrl = {
  sentence: /^expected an http or https URL, such as "https:/,
  wrong: [...noText, '', 'ftp://h/organizer/tickets', 'host'],
};
const detail = (place: string): readonly Row[] => [
  {
    path: `${template}.ticketDetails.${place}`,
    sentence: 'expected a list in brackets [ ]',
    wrong: ['x', {}, 5],
    optional: true,
  },
  { path: `${template}.ticketDetails.${place}[0]`, sentence: object, wrong: ['Gate', 5, null] },
  { path: `${template}.ticketDetails.${place}[0].key`, sentence: 'expected a text', wrong: noText },
  {
    path: `${template}.ticketDetails.${place}[0].key`,
    sentence: 'expected a text that is not empty',
    wrong: ['', '  '],
  },
  { path: `${template}.ticketDetails.${place}[0].value`, sentence: 'expected a text', wrong: noText },
  {
    path: `${template}.ticketDetails.${place}[0].value`,
    sentence: /^unknown variable \$\{Seat_gat\}; expected one of Product_externalName, /,
    wrong: ['${Seat_gat}'],
  },
];

/** What every function has. */
const schedule = (place: string, mostTickets = 1_000): readonly Row[] => [
  { path: place, sentence: object, wrong: ['x', 5, null] },
  {
    path: `${place}.function`,
    sentence: anyFunction,
    wrong: ['pushSomething', 'injection', 5, null],
  },
  {
    path: `${place}.internalName`,
    sentence: /^expected the internal name of the function.*such as "Ticket injection"$/,
    wrong: noCode,
  },
  {
    path: `${place}.launch`,
    sentence: 'expected "manual" or "automatic"',
    wrong: ['Automatic', 5, null],
    optional: true,
  },
  { path: `${place}.frequencyMinutes`, ...wholeNumber(1, 1_440) },
  {
    path: `${place}.start`,
    sentence: /^expected a date and time with offset, such as "2027-05-01T00:00:00\+02:00"$/,
    wrong: ['2027-01-01', '2027-01-01T00:00:00', '2027-02-30T00:00:00+01:00', 5, null],
    optional: true,
  },
  {
    path: `${place}.end`,
    sentence: /^expected a date and time with offset/,
    wrong: ['2027-12-31', '31/12/27', 5, null],
    optional: true,
  },
  {
    path: `${place}.end`,
    sentence: 'expected an end that is later than the start',
    wrong: ['2026-12-31T00:00:00+01:00', '2027-01-01T00:00:00+01:00'],
    optional: true,
  },
  { path: `${place}.batchSize`, ...wholeNumber(1, mostTickets), optional: true },
  { path: `${place}.maxTicketsPerRun`, ...wholeNumber(1, 10_000_000), optional: true },
  {
    path: `${place}.skipTickets`,
    sentence: 'expected a comma separated list of tax numbers and ticket ids, a ticket id written id:123456789',
    wrong: [5, null, [], 'id:12x', 'id:', 'two words', 'ID:5'],
    optional: true,
  },
];

/** What the two functions have that inject. */
const injecting = (place: string): readonly Row[] => [
  {
    path: `${place}.pointOfSales`,
    sentence: 'expected "salesChannelCode;posCode", such as "TIXNGO;MOBILE"',
    wrong: [...noText, '', 'TIXNGO', 'TIXNGO;', ';MOBILE', 'A;B;C', 'A; B', 'A,B'],
  },
  {
    path: `${place}.shipmentModes`,
    sentence: aCode,
    wrong: ['', [], 5, {}, null, [''], ['A,B'], [5], 'A,B'],
    optional: true,
  },
  {
    path: `${place}.filters`,
    sentence: 'expected filters in braces { }, each a code or a list of codes',
    wrong: ['x', 5, []],
    optional: true,
  },
  ...['salesChannel', 'season', 'productFamily', 'product', 'activity', 'performance', 'tariff', 'category'].map(
    (name): Row => ({
      path: `${place}.filters.${name}`,
      sentence: aCode,
      wrong: ['', [], 5, {}, null, [''], 'A,B'],
      optional: true,
    }),
  ),
  {
    path: `${place}.fileNumber`,
    sentence: 'expected a file number as a text of digits',
    wrong: [4711, '', '47 11', 'F4711', '1'.repeat(20), null],
    optional: true,
  },
  {
    path: `${place}.mandatoryTicketHolderFields`,
    sentence: /^expected a list of ticket holder fields out of FIRSTNAME, /,
    wrong: ['FIRSTNAME', {}, 5],
    optional: true,
  },
  {
    path: `${place}.mandatoryTicketHolderFields[0]`,
    sentence: /^expected ticket holder fields out of FIRSTNAME, LASTNAME, /,
    wrong: ['FIRST_NAME', 5, null],
  },
  { path: `${place}.barcodeFormat`, sentence: object, wrong: ['A', 5, []], optional: true },
  { path: `${place}.barcodeFormat.prefix`, sentence: 'expected a text', wrong: [5, null], optional: true },
  {
    path: `${place}.barcodeFormat.prefix`,
    sentence: 'expected at most 50 characters',
    wrong: ['x'.repeat(51)],
    optional: true,
  },
  { path: `${place}.barcodeFormat.suffix`, sentence: 'expected a text', wrong: [5, null], optional: true },
  {
    path: `${place}.barcodeFormat.suffix`,
    sentence: 'expected at most 50 characters',
    wrong: ['x'.repeat(51)],
    optional: true,
  },
];

/** What the two functions have that push what has become of a ticket. */
const pushing = (place: string): readonly Row[] => [
  {
    path: `${place}.shipmentModes`,
    sentence: aCode,
    wrong: ['', [], 5, {}, null, [''], ['A,B'], [5], 'A,B'],
  },
];

const rows: readonly Row[] = [
  { path: '$schema', sentence: 'expected a text in quotes', wrong: [5, null, {}], optional: true },
  { path: 'writeTimeoutSeconds', ...wholeNumber(1, 120), optional: true },
  { path: 'pauseWhenStateIsNew', sentence: 'expected true or false', wrong: ['true', 1, null], optional: true },
  {
    path: 'uploadDirectory',
    sentence: 'expected the path of a directory',
    wrong: [5, null, '', []],
    optional: true,
  },
  { path: 'email', sentence: object, wrong: ['smtp://h', 5, null], optional: true },
  { path: 'email.smtpUrlVariable', ...variable },
  {
    path: 'email.from',
    sentence: /^expected the sender, such as "tickets@example.org" or/,
    wrong: [
      ...noText,
      '',
      'nobody',
      'S-360 <nobody>',
      'a@example.org\nBcc: b@example.org',
      '<a@example.org> <b@example.org>',
    ],
  },
  { path: 'institutions', sentence: 'expected a list of institutions', wrong: ['x', {}, 5, null] },
  { path: 'institutions', sentence: 'expected at least one institution', wrong: [[]] },
  { path: 'institutions[0]', sentence: object, wrong: ['DEMO', 5, null] },
  { path: 'institutions[0].code', sentence: /^expected the code of the institution.*such as "DEMO"$/, wrong: noCode },
  {
    path: 'institutions[0].timeZone',
    sentence: 'expected a time zone by its IANA name, such as "Europe/Zurich"',
    wrong: [...noText, '', 'Zurich', 'CEST+2'],
    optional: true,
  },
  { path: s360, sentence: object, wrong: ['x', 5, null, []] },
  { path: `${s360}.url`, ...httpUrl },
  {
    path: `${s360}.url`,
    sentence: 'expected a URL without a user name or password in it',
    wrong: ['http://user:pass@h'],
  },
  {
    path: `${s360}.url`,
    sentence: 'expected a URL without a query (?) or a fragment (#)',
    wrong: ['http://h?x=1', 'http://h#top'],
  },
  { path: `${s360}.operator`, sentence: /^expected the virtual operator.*such as "DEMO_TIXNGO"$/, wrong: noCode },
  { path: `${s360}.partner`, sentence: /^expected the partner name.*such as "s360-tixngo-interface"$/, wrong: noCode },
  { path: `${s360}.secretVariable`, ...variable },
  { path: `${s360}.callsPerMinute`, ...limit },
  { path: `${s360}.contactsPerCall`, ...wholeNumber(1, 1_000), optional: true },
  { path: `${s360}.exportKeys`, sentence: object, wrong: ['x', 5], optional: true },
  ...['ticketsExternalPrinting', 'pushCancelled', 'pushControlled', 'digitalPrivilegesInjection'].map((name): Row => ({
    path: `${s360}.exportKeys.${name}`,
    sentence: 'expected an export key',
    wrong: [5, '', null],
    optional: true,
  })),
  { path: `${s360}.operations`, sentence: object, wrong: ['x', 5], optional: true },
  ...operation(`${s360}.operations.authenticate`),
  ...operation(`${s360}.operations.executeExport`),
  ...operation(`${s360}.operations.flagItems`),
  ...operation(`${s360}.operations.getFlaggingStatus`),
  ...operation(`${s360}.operations.markPrinted`),
  ...operation(`${s360}.operations.readMobileTickets`),
  ...operation(`${s360}.operations.storeMobileTickets`),
  ...operation(`${s360}.operations.recordDistributions`),
  ...operation(`${s360}.operations.searchContactsByEmail`),
  ...operation(`${s360}.operations.createCulturalContact`),
  ...operation(`${s360}.operations.updateTemporaryContacts`),
  { path: 'institutions[0].organizations', sentence: 'expected a list of organizations', wrong: ['x', {}, null] },
  { path: 'institutions[0].organizations', sentence: 'expected at least one organization', wrong: [[]] },
  { path: organization, sentence: object, wrong: ['FCDEMO', 5, null] },
  {
    path: `${organization}.code`,
    sentence: /^expected the code of the organization.*such as "FCDEMO"$/,
    wrong: noCode,
  },
  {
    path: `${organization}.inventoryOwner`,
    sentence: /^expected the code of the organization that owns the inventory/,
    wrong: noCode,
    optional: true,
  },
  {
    path: `${organization}.interfaces`,
    sentence: 'expected a list with the one TIXNGO interface of the organization',
    wrong: ['x', {}, null],
  },
  {
    path: `${organization}.interfaces`,
    sentence: /^expected exactly one interface: .*push cancelled and push controlled would not see/,
    wrong: [[]],
  },
  { path: settings, sentence: object, wrong: ['TIXNGO', 5, null] },
  {
    path: `${settings}.internalName`,
    sentence: /^expected the internal name of the interface.*such as "TIXNGO"$/,
    wrong: noCode,
  },
  {
    path: `${settings}.type`,
    sentence: 'expected "TIXNGO" or "TIXNGO_WITH_TICKET_TEMPLATE"',
    wrong: ['tixngo', 5, null, ''],
  },
  { path: `${settings}.url`, ...httpUrl },
  {
    path: `${settings}.url`,
    sentence: 'expected a URL without a user name or password in it',
    wrong: ['https://key@h/v3/organizer/tickets'],
  },
  {
    path: `${settings}.url`,
    sentence: 'expected a URL without a query (?) or a fragment (#)',
    wrong: ['https://h/?a=/organizer/tickets'],
  },
  {
    path: `${settings}.url`,
    sentence: 'expected a URL that ends with /organizer/tickets, as TIXNGO gives it',
    wrong: ['https://h/v3/organizer', 'https://h/v3/organizer/tickets/', 'https://h/v3/other-organizer/tickets'],
  },
  {
    path: `${settings}.organizer`,
    sentence: /^expected the TIXNGO organizer.*such as "demo-organizer"$/,
    wrong: noCode,
  },
  {
    path: `${settings}.mobileAppId`,
    sentence: /^expected the mobile app of the organizer.*such as "demo-app"$/,
    wrong: noCode,
    optional: true,
  },
  { path: `${settings}.login`, sentence: /^expected the login, by convention/, wrong: noText, optional: true },
  { path: `${settings}.apiKeyVariable`, ...variable },
  {
    path: `${settings}.apiKeyHeader`,
    sentence: /^expected the name of an HTTP header/,
    wrong: [...noText, '', 'x api key', 'x:y'],
    optional: true,
  },
  {
    path: `${settings}.emailRecipients`,
    sentence: 'expected a list of e-mail addresses',
    wrong: ['a@example.org', {}, 5],
    optional: true,
  },
  { path: `${settings}.emailRecipients[0]`, sentence: 'expected an e-mail address', wrong: ['nobody', 5, null, ''] },
  { path: `${settings}.emailOnWarning`, ...trueOrFalse },
  { path: `${settings}.callsPerMinute`, ...limit },
  { path: `${settings}.maxTicketsPerCall`, ...wholeNumber(1, 1_000), optional: true },
  {
    path: `${settings}.activationMethod`,
    sentence: 'expected "offline" or "online"',
    wrong: ['Offline', 5, null],
    optional: true,
  },
  { path: `${settings}.contingentMandatory`, ...trueOrFalse },
  {
    path: `${settings}.ticketIdentifier`,
    sentence: 'expected "ticketId" or "taxNumber"',
    wrong: ['barcode', 5, null],
    optional: true,
  },
  {
    path: `${settings}.spectator`,
    sentence: 'expected "ticketHolder" or "culturalContact"',
    wrong: ['holder', 5, null],
    optional: true,
  },
  {
    path: `${settings}.comfortOffsetAnchor`,
    sentence: 'expected "start" or "fieldDefault"',
    wrong: ['end', 5, null],
    optional: true,
  },
  {
    path: `${settings}.privilegeDefinitionId`,
    sentence: 'expected "product" or "organizationAndProduct"',
    wrong: ['organization', 5, null],
    optional: true,
  },
  {
    path: `${settings}.lookup`,
    sentence: 'expected "ids", "eventReport" or "none"',
    wrong: ['id', 5, null, false],
    optional: true,
  },
  {
    path: `${settings}.whenInDoubt`,
    sentence: 'expected "hold" or "resend"',
    wrong: ['send', 5, null],
    optional: true,
  },
  { path: `${settings}.operations`, sentence: object, wrong: ['x', 5], optional: true },
  ...operation(`${settings}.operations.injectTickets`),
  ...operation(`${settings}.operations.lookupTickets`),
  ...operation(`${settings}.operations.eventReport`),
  ...operation(`${settings}.operations.deleteTickets`),
  ...operation(`${settings}.operations.ticketDiff`),
  ...operation(`${settings}.operations.controlTickets`),
  ...operation(`${settings}.operations.writePrivilegeDefinition`),
  ...operation(`${settings}.operations.injectPrivileges`),
  {
    path: `${settings}.customParameters`,
    sentence: /^expected custom parameters in braces/,
    wrong: ['x', 5, []],
    optional: true,
  },
  { path: `${settings}.customParameters.ticketIterationSize`, ...wholeNumber(1, 1_000), optional: true },
  { path: `${settings}.customParameters.enforceMandatoryParameters`, ...trueOrFalse },
  { path: `${settings}.customParameters.addChargesToPrice`, ...trueOrFalse },
  {
    path: `${settings}.customParameters.overrideVisibilityFlagForInvalidationReasons`,
    sentence: 'expected a list of cancellation causes of S-360',
    wrong: ['RESOLD', {}, 5, null],
    optional: true,
  },
  {
    path: `${settings}.customParameters.overrideVisibilityFlagForInvalidationReasons[0]`,
    sentence: 'expected a cancellation cause of S-360, such as "RESALE_PENDING"',
    wrong: ['', 5, null],
  },
  { path: `${settings}.customParameters.visibilityFlagDefaultValue`, ...trueOrFalse },
  { path: `${settings}.customParameters.doContinueInCaseOfSyncError`, ...trueOrFalse },
  { path: `${settings}.customParameters.enableTicketDistributionToCulturalContact`, ...trueOrFalse },
  { path: `${settings}.customParameters.stickToTheHour`, ...trueOrFalse },
  { path: `${settings}.ticketTemplates`, sentence: object, wrong: ['x', 5, []] },
  { path: `${settings}.ticketTemplates.standard`, sentence: object, wrong: ['x', 5, null] },
  {
    path: `${settings}.ticketTemplates[" "]`,
    sentence: 'expected a name that is not empty',
    wrong: [{}],
    optional: true,
  },
  {
    path: `${template}.fields`,
    sentence: /^expected fields that a template may overwrite: activationParameters.groupId, /,
    wrong: ['x', 5, []],
    optional: true,
  },
  { path: `${template}.fields["event.name"]`, sentence: 'expected a text', wrong: noText, optional: true },
  {
    path: `${template}.fields["event.name"]`,
    sentence: /^unknown variable \$\{(Team|constructor)\}; expected one of Product_externalName, /,
    wrong: ['${Team}', '${constructor}'],
    optional: true,
  },
  { path: `${template}.eventMetadata`, sentence: object, wrong: ['x', 5, []], optional: true },
  {
    path: `${template}.eventMetadata.RESALE_TICKETSHOP_URL`,
    sentence: 'expected a text',
    wrong: noText,
    optional: true,
  },
  {
    path: `${template}.eventMetadata.RESALE_TICKETSHOP_URL`,
    sentence: /^unknown variable \$\{nope\}/,
    wrong: ['${nope}'],
    optional: true,
  },
  {
    path: `${template}.eventMetadata[""]`,
    sentence: 'expected a name that is not empty',
    wrong: ['x'],
    optional: true,
  },
  { path: `${template}.ticketDetails`, sentence: object, wrong: ['x', 5, []], optional: true },
  ...detail('main'),
  ...detail('extra'),
  ...detail('hidden'),
  { path: `${settings}.eventCalendar`, sentence: 'expected a list of events', wrong: ['x', {}, null], optional: true },
  {
    path: `${settings}.eventCalendar`,
    sentence: 'expected at most 1000 events',
    wrong: [Array.from({ length: 1_001 }, () => fullEvent)],
    optional: true,
  },
  { path: `${settings}.eventCalendar[0]`, sentence: object, wrong: ['x', 5, null] },
  { path: `${settings}.eventCalendar[0].name`, sentence: 'expected a text', wrong: noText },
  { path: `${settings}.eventCalendar[0].from`, sentence: /^expected a date and time with offset/, wrong: noText },
  { path: `${settings}.eventCalendar[0].until`, sentence: /^expected a date and time with offset/, wrong: noText },
  {
    path: `${settings}.eventCalendar[0].until`,
    sentence: 'expected a year from 2000 to 2100',
    wrong: ['2101-01-01T00:00:00Z', '2999-05-01T22:30:00+02:00'],
  },
  {
    path: `${settings}.eventCalendar[0].until`,
    sentence: 'expected an end that is later than the beginning',
    wrong: ['2027-05-01T16:00:00+02:00'],
  },
  { path: `${settings}.functions`, sentence: 'expected a list of functions', wrong: ['x', {}, null] },
  { path: `${settings}.functions`, sentence: 'expected at least one function', wrong: [[]] },
  ...schedule(fn),
  ...injecting(fn),
  { path: `${fn}.mainApplicant`, ...trueOrFalse },
  {
    path: `${fn}.ticketTemplate`,
    sentence: 'expected the name of a ticket template of this interface',
    wrong: noText,
    optional: true,
  },
  {
    path: `${fn}.ticketTemplate`,
    sentence: 'expected a ticket template of this interface: standard',
    wrong: ['other', 'toString', ''],
    optional: true,
  },
  ...schedule(cancelling),
  ...pushing(cancelling),
  { path: `${cancelling}.notifySpectator`, ...trueOrFalse },
  {
    path: `${cancelling}.deletionReasons`,
    sentence: /^expected cancellation causes of S-360, each with a deletion reason of TIXNGO, such as /,
    wrong: ['x', 5, []],
    optional: true,
  },
  {
    path: `${cancelling}.deletionReasons.REPRINT`,
    sentence: 'expected a deletion reason of TIXNGO',
    wrong: ['', 5, null, {}],
    optional: true,
  },
  {
    path: `${cancelling}.deletionReasons[""]`,
    sentence: 'expected a name that is not empty',
    wrong: ['REPRINTED'],
    optional: true,
  },
  { path: `${cancelling}.deletionFirstPauseSeconds`, ...wholeNumber(1, 3_600), optional: true },
  { path: `${cancelling}.deletionDeadlineDays`, ...wholeNumber(1, 365), optional: true },
  ...schedule(retrieving),
  ...schedule(controlling, 10_000),
  ...pushing(controlling),
  { path: `${controlling}.callsAtOnce`, ...wholeNumber(1, 10), optional: true },
  { path: `${controlling}.eventDay`, sentence: object, wrong: ['x', 5, []], optional: true },
  { path: `${controlling}.eventDay.frequencyMinutes`, ...wholeNumber(1, 60), optional: true },
  {
    path: `${controlling}.eventDay.frequencyMinutes`,
    sentence: /^expected one of 1, 5: the starts of frequencyMinutes stay/,
    wrong: [2, 60],
    optional: true,
  },
  { path: `${controlling}.eventDay.batchSize`, ...wholeNumber(1, 10_000), optional: true },
  ...schedule(privileges),
  ...injecting(privileges),
  {
    path: `${privileges}.privilegeImages`,
    sentence: 'expected pictures by product code',
    wrong: ['x', 5, []],
    optional: true,
  },
  { path: `${privileges}.privilegeImages.CARD`, ...httpUrl, optional: true },
  {
    path: `${privileges}.privilegeImages[""]`,
    sentence: 'expected a name that is not empty',
    wrong: ['https://images.example.org/card.png'],
    optional: true,
  },
];

describe('Configuration: every field, with wrong values and the sentence they give', () => {
  test('the configuration that the wrong values are planted in is right itself', () => {
    expect(problems(fullConfiguration())).toEqual([]);
  });

  test.each(rows.map((row) => [row.path, row] as const))('%s', (_path, { path, sentence, wrong }) => {
    for (const value of wrong) {
      const [first, ...others] = problems(changed(path, value));
      expect(first, `nothing is said about ${JSON.stringify(value)}`).toBeDefined();
      const said = first!.slice(path.length + 2);
      expect(first).toBe(`${path}: ${said}`);
      if (typeof sentence === 'string') expect(said).toBe(sentence);
      else expect(said).toMatch(sentence);
      // A wrong value is one problem, unless two rules of the same field speak.
      for (const other of others) expect(other).toMatch(new RegExp(`^${path.replace(/[.[\]$"\\]/g, '\\$&')}`));
    }
  });

  test('no value is repeated in a message', () => {
    const canary = 'CANARY-7f3a@example.org; Zoé';
    for (const { path } of rows) {
      if (path.includes('["')) continue;
      for (const line of problems(changed(path, canary))) expect(line).not.toContain('CANARY');
    }
  });

  test.each(rows.map((row) => [row.path, row] as const))('%s left out', (_path, { path, optional, sentence }) => {
    if (/\[\d\]$/.test(path) || path.includes('["') || path.endsWith('.standard')) return;
    const said = problems(changed(path, undefined)).filter((line) => line.startsWith(`${path}: `));
    if (optional === true || path.endsWith('ticketTemplates')) {
      expect(said).toEqual([]);
    } else if (path.endsWith('frequencyMinutes')) {
      expect(said).toEqual([`${path}: missing; expected a frequency in minutes: an automatic launch needs one`]);
    } else {
      expect(said).toHaveLength(1);
      expect(said[0]).toContain(`${path}: missing; expected `);
      if (typeof sentence === 'string' && !sentence.includes('at least')) expect(said[0]!.length).toBeGreaterThan(20);
    }
  });

  test('a field of the schema without a row here fails', () => {
    const listed = new Set(rows.map(({ path }) => path));
    const unlisted = schemaPaths(configurationSchema, '').filter((path) => !listed.has(path));
    expect(unlisted).toEqual([]);
  });

  test('an unknown field is named, at every level', () => {
    const objects = new Set(
      rows.map(({ path }) => path.replace(/\.?[^.]+$/, '')).filter((path) => !path.includes('["')),
    );
    for (const path of objects) {
      if (/Templates$|eventMetadata$|deletionReasons$|privilegeImages$|\.fields$/.test(path)) continue;
      const [first, ...others] = problems(changed(path === '' ? 'surplus' : `${path}.surplus`, 1));
      expect(others).toEqual([]);
      expect(first).toMatch(
        /: (unknown field "surplus"; docs\/configuration.md describes all fields|"surplus": unknown (filter; expected one of|custom parameter; this version knows) .+)$/,
      );
      expect(first!.startsWith(`${path === '' ? 'the whole file' : path}: `)).toBe(true);
    }
  });
});

/** The path of every field, as it stands in the full configuration: lists by their first entry, records by the one key used there. */
function schemaPaths(schema: z.ZodType, path: string): string[] {
  const inner = unwrapped(schema);
  const here = path === '' ? [] : [path];
  if (inner instanceof z.ZodObject) {
    return [
      ...here,
      ...Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, member]) =>
        schemaPaths(member, path === '' ? name : `${path}.${name}`),
      ),
    ];
  }
  if (inner instanceof z.ZodDiscriminatedUnion) {
    // Each function of the full configuration stands for one kind.
    return (inner.options as readonly z.ZodType[]).flatMap((option, i) =>
      schemaPaths(option, path.replace(/\[0\]$/, `[${String(i)}]`)),
    );
  }
  if (inner instanceof z.ZodArray) return [...here, ...schemaPaths(inner.element as z.ZodType, `${path}[0]`)];
  if (inner instanceof z.ZodRecord) {
    const key = {
      ticketTemplates: '.standard',
      fields: '["event.name"]',
      eventMetadata: '.RESALE_TICKETSHOP_URL',
      deletionReasons: '.REPRINT',
      privilegeImages: '.CARD',
    }[path.split('.').at(-1)!];
    expect(key, `${path} is a record that this test does not know`).toBeDefined();
    return [...here, ...schemaPaths(inner.valueType as z.ZodType, `${path}${key!}`)];
  }
  return here;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in as z.ZodType);
  return schema;
}
