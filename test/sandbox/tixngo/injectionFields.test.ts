import { describe, expect, it } from 'vitest';
import { fullTicket, newTicketId, smallTicket, withField } from './ticketsForTests.js';
import { tixngoForTests } from './tixngoForTests.js';

const tixngo = tixngoForTests();

/** Path of a text and its longest length, as the manual's tables give them. */
const LENGTHS: readonly (readonly [string, number])[] = [
  ['event.id', 256],
  ['event.name', 128],
  ['event.address.site', 200],
  ['event.address.city', 200],
  ['event.address.countryCode', 200],
  ['event.address.zip', 200],
  ['event.address.line1', 200],
  ['event.address.line2', 200],
  ['event.address.line3', 200],
  ['event.address.region', 200],
  ['event.website', 128],
  ['event.group.name', 128],
  ['event.group.image', 256],
  ['activationParameters.groupId', 50],
  ['activationParameters.instanceId', 128],
  ['spectatorDetails.firstName', 50],
  ['spectatorDetails.lastName', 100],
  ['purchaseDetails.currency', 20],
  ['purchaseDetails.category', 512],
  ['purchaseDetails.taxNumber', 256],
  ['purchaseDetails.fileId', 256],
  ['security.barcode', 512],
  ['sortingKey', 256],
  ['ticketImageUrl', 256],
];

/** Path and longest length of the texts that may come in several languages. */
const MULTILINGUAL: readonly (readonly [string, number | null])[] = [
  ['event.name', 128],
  ['event.address.site', 200],
  ['event.address.city', 200],
  ['event.address.line1', 200],
  ['event.address.line2', 200],
  ['event.address.line3', 200],
  ['event.website', 128],
  ['event.group.name', 128],
  ['event.group.image', 256],
  ['ticketDetails.main[0].value', null],
  ['ticketDetails.extra[0].value', null],
  ['ticketDetails.hidden[0].value', null],
];

const REQUIRED = [
  'ticketId',
  'event',
  'event.id',
  'event.name',
  'event.address',
  'event.address.site',
  'event.address.city',
  'event.address.countryCode',
  'event.address.zip',
  'event.startTime',
  'event.expirationDate',
  'activationParameters',
  'activationParameters.method',
  'spectatorDetails',
  'spectatorDetails.email',
  'purchaseDetails',
  'security',
  'security.barcode',
];

const REQUIRED_TEXTS = REQUIRED.filter((path) => /\.(id|name|site|city|countryCode|zip|barcode|email)$/.test(path));

const DATE_TIMES = ['event.startTime', 'event.expirationDate', 'activationParameters.time'];

const TEXTS_ONLY = [
  'event.id',
  'event.address.countryCode',
  'event.address.zip',
  'event.address.region',
  'activationParameters.groupId',
  'activationParameters.instanceId',
  'spectatorDetails.email',
  'spectatorDetails.firstName',
  'spectatorDetails.nationality',
  'spectatorDetails.passportNumber',
  'spectatorDetails.idCardNumber',
  'spectatorDetails.phoneNumber',
  'spectatorDetails.birthCity',
  'spectatorDetails.birthCountry',
  'spectatorDetails.residenceCountry',
  'spectatorDetails.language',
  'spectatorDetails.title',
  'spectatorDetails.address.line1',
  'spectatorDetails.address.line2',
  'spectatorDetails.address.line3',
  'spectatorDetails.address.city',
  'spectatorDetails.address.zip',
  'spectatorDetails.address.countryCode',
  'purchaseDetails.contingent',
  'security.barcode',
  'transferRules.groupId',
  'designParameters.groupId',
  'event.metadata[1].value',
];

const BOOLEANS = [
  'spectatorDetails.mainApplicant',
  'transferRules.isAllowed',
  'transferRules.allowReturnToOrganizer',
  'transferRules.allowReturnToOrganizerForInitialSpectator',
  'transferRules.s360ExchangeForAnySpectator',
  'transferRules.s360ExchangeForInitialSpectator',
];

const OBJECTS = [
  'event',
  'event.address',
  'event.group',
  'activationParameters',
  'spectatorDetails',
  'spectatorDetails.address',
  'purchaseDetails',
  'security',
  'transferRules',
  'designParameters',
  'ticketDetails',
];

const LISTS = ['event.metadata', 'ticketDetails.main', 'ticketDetails.extra', 'ticketDetails.hidden'];

async function outcomeOf(ticket: object): Promise<{ outcome: string; errorCode?: string; message?: string }> {
  const { status, body } = await tixngo.inject([ticket]);
  expect(status).toBe(200);
  expect(body.results).toHaveLength(1);
  return body.results[0];
}

async function expectAccepted(ticket: object): Promise<void> {
  expect(await outcomeOf(ticket)).toMatchObject({ outcome: 'INJECTED' });
}

async function expectRejected(ticket: object, errorCode: string, message: string): Promise<void> {
  expect(await outcomeOf(ticket)).toMatchObject({ outcome: 'REJECTED', errorCode, message });
}

it('takes the smallest ticket of the contract', () => expectAccepted(smallTicket()));

it('takes a ticket with every field of the contract, and knows all of them', async () => {
  await tixngo.hook('/counters/reset', {});
  await expectAccepted(fullTicket());
  expect((await tixngo.hook('/counters')).body.unknownFields).toEqual({});
});

describe('a required field', () => {
  it.each(REQUIRED)('%s must be there', (path) =>
    expectRejected(withField(fullTicket(), path, undefined), 'FIELD_REQUIRED', `${path} is required`),
  );

  it.each(REQUIRED)('%s must not be null', (path) =>
    expectRejected(withField(fullTicket(), path, null), 'FIELD_REQUIRED', `${path} is required`),
  );

  it.each(['ticketId', ...REQUIRED_TEXTS])('%s must not be blank', (path) =>
    expectRejected(withField(fullTicket(), path, '  '), 'FIELD_REQUIRED', `${path} is required and must not be blank`),
  );
});

describe('the length of a text', () => {
  it.each(LENGTHS)('%s may have %i characters', (path, length) =>
    expectAccepted(withField(fullTicket(), path, 'x'.repeat(length))),
  );

  it.each(LENGTHS)('%s may not have more than %i characters', (path, length) =>
    expectRejected(
      withField(fullTicket(), path, 'x'.repeat(length + 1)),
      'FIELD_TOO_LONG',
      `${path} is longer than ${length} characters`,
    ),
  );

  it('counts a character beyond the basic plane once', async () => {
    await expectAccepted(withField(fullTicket(), 'spectatorDetails.firstName', '𠮷'.repeat(50)));
    await expectRejected(
      withField(fullTicket(), 'spectatorDetails.firstName', '𠮷'.repeat(51)),
      'FIELD_TOO_LONG',
      'spectatorDetails.firstName is longer than 50 characters',
    );
  });

  it('ticketId may have 256 characters', () => expectAccepted(smallTicket('9'.repeat(256))));

  it('ticketId may not have 257 characters', () =>
    expectRejected(smallTicket('9'.repeat(257)), 'FIELD_TOO_LONG', 'ticketId is longer than 256 characters'));

  it('the e-mail may have 256 characters', () =>
    expectAccepted(withField(smallTicket(), 'spectatorDetails.email', `${'a'.repeat(244)}@example.org`)));

  it('the e-mail may not have 257 characters', () =>
    expectRejected(
      withField(smallTicket(), 'spectatorDetails.email', `${'a'.repeat(245)}@example.org`),
      'FIELD_TOO_LONG',
      'spectatorDetails.email is longer than 256 characters',
    ));
});

describe('the characters of a ticket id', () => {
  it.each(['abc', 'ABC', '0123456789', 'a b', '*', '.', '-', '_', '+', '/', '(1)', 'a*b.c-d_e+f/g (h)'])(
    'may be as in %s',
    (id) => expectAccepted(smallTicket(id)),
  );

  it.each(['é', 'a,b', 'a:b', 'a#b', 'a\\b', '[1]', 'a\tb', 'a\nb', '票', 'a@b', 'a%b', '٣'])(
    'may not be as in %j',
    (id) =>
      expectRejected(
        smallTicket(id),
        'FIELD_INVALID',
        'ticketId may only have letters, digits, spaces and * . - _ + / ( )',
      ),
  );
});

describe('a date-time', () => {
  it.each(DATE_TIMES)('%s may have any offset', async (path) => {
    await expectAccepted(withField(fullTicket(), path, '2027-03-28T02:30:00-03:00'));
    await expectAccepted(withField(fullTicket(), path, '2027-03-28T02:30:00Z'));
  });

  it.each(
    DATE_TIMES.flatMap((path) =>
      ['2027-06-12T18:00:00', '2027-06-12', '2027-06-31T18:00:00+02:00', 1_800_000_000, ''].map(
        (value) => [path, value] as const,
      ),
    ),
  )('%s may not be %j', (path, value) =>
    expectRejected(
      withField(fullTicket(), path, value),
      'FIELD_INVALID',
      `${path} must be an RFC 3339 date-time with an offset, like 2027-06-12T18:00:00+02:00`,
    ),
  );
});

describe('a date of birth', () => {
  it.each(['31/12/1990', '1990-02-30', '1990-12-31T00:00:00Z', 19901231])('may not be %j', (value) =>
    expectRejected(
      withField(fullTicket(), 'spectatorDetails.dateOfBirth', value),
      'FIELD_INVALID',
      'spectatorDetails.dateOfBirth must be a date that exists, like 1990-12-31',
    ),
  );
});

describe('the gender', () => {
  it.each(['M', 'F', 'U', 'X', null])('may be %j', (gender) =>
    expectAccepted(withField(fullTicket(), 'spectatorDetails.gender', gender)),
  );

  it.each(['m', 'female', 'MF', '', 1])('may not be %j', (gender) =>
    expectRejected(
      withField(fullTicket(), 'spectatorDetails.gender', gender),
      'FIELD_INVALID',
      'spectatorDetails.gender must be one of M, F, U, X',
    ),
  );
});

describe('the activation method', () => {
  it.each(['OFFLINE', 'bluetooth', '', 0])('may not be %j', (method) =>
    expectRejected(
      withField(fullTicket(), 'activationParameters.method', method),
      'FIELD_INVALID',
      'activationParameters.method must be one of online, offline',
    ),
  );
});

describe('the e-mail of the spectator', () => {
  it.each(['nobody', '@example.org', 'a@', 'a b@example.org', 'a@example.org,b@example.org@c'])(
    'may not be %s',
    (email) =>
      expectRejected(
        withField(fullTicket(), 'spectatorDetails.email', email),
        'FIELD_INVALID',
        'spectatorDetails.email must be one e-mail address',
      ),
  );
});

describe('numbers', () => {
  it.each([0, 45, 45.5, 0.001])('the price may be %d', (price) =>
    expectAccepted(withField(fullTicket(), 'purchaseDetails.price', price)),
  );

  it.each(['45.50', true])('the price may not be %j', (price) =>
    expectRejected(
      withField(fullTicket(), 'purchaseDetails.price', price),
      'FIELD_INVALID',
      'purchaseDetails.price must be a number',
    ),
  );

  it.each([-1, 0, 1, 256])('the most transfers may be %d', (n) =>
    expectAccepted(withField(fullTicket(), 'transferRules.maximumTransfers', n)),
  );

  it.each([
    [-2, 'must be -1 or more'],
    [1.5, 'must be a whole number'],
    ['1', 'must be a whole number'],
  ])('the most transfers may not be %j', (n, says) =>
    expectRejected(
      withField(fullTicket(), 'transferRules.maximumTransfers', n),
      'FIELD_INVALID',
      `transferRules.maximumTransfers ${says}`,
    ),
  );

  it.each([
    ['event.address.longitude', 180, 180.1, 'must be 180 or less'],
    ['event.address.longitude', -180, -180.1, 'must be -180 or more'],
    ['event.address.latitude', 90, 90.1, 'must be 90 or less'],
    ['event.address.latitude', -90, -90.1, 'must be -90 or more'],
  ])('%s may be %d and not %d', async (path, good, bad, says) => {
    await expectAccepted(withField(fullTicket(), path, good));
    await expectRejected(withField(fullTicket(), path, bad), 'FIELD_INVALID', `${path} ${says}`);
  });
});

describe('the kind of a value', () => {
  it.each(TEXTS_ONLY)('%s may not be a number or an object', async (path) => {
    for (const value of [7, { en: 'seven' }]) {
      await expectRejected(withField(fullTicket(), path, value), 'FIELD_INVALID', `${path} must be a text`);
    }
  });

  it.each(BOOLEANS)('%s may not be a text', (path) =>
    expectRejected(withField(fullTicket(), path, 'true'), 'FIELD_INVALID', `${path} must be true or false`),
  );

  it.each(OBJECTS)('%s may not be a text or a list', async (path) => {
    for (const value of ['text', []]) {
      await expectRejected(withField(fullTicket(), path, value), 'FIELD_INVALID', `${path} must be an object`);
    }
  });

  it.each(LISTS)('%s may not be an object', (path) =>
    expectRejected(withField(fullTicket(), path, { 0: {} }), 'FIELD_INVALID', `${path} must be a list`),
  );

  it.each(LISTS)('the pairs of %s need a key and a value', async (path) => {
    const pair = `${path}[1]`;
    const second = (value: unknown) => withField(fullTicket(), pair, value);
    await expectAccepted(second({ key: 'Row', value: '' }));
    await expectRejected(second({ value: 'x' }), 'FIELD_REQUIRED', `${pair}.key is required`);
    await expectRejected(second({ key: 'x' }), 'FIELD_INVALID', `${pair}.value must be there`);
    await expectRejected(second('x'), 'FIELD_INVALID', `${pair} must be an object`);
  });

  it.each([...OBJECTS, ...LISTS, ...BOOLEANS].filter((path) => !REQUIRED.includes(path)))(
    '%s may be null, as if it were absent',
    (path) => expectAccepted(withField(fullTicket(), path, null)),
  );
});

describe('a multilingual text', () => {
  it.each(MULTILINGUAL)('%s may be an object of language to text', (path) =>
    expectAccepted(withField(fullTicket(), path, { en: 'One', fr: 'Un', ar: 'واحد' })),
  );

  it.each(MULTILINGUAL.filter(([, length]) => length !== null))(
    '%s may have %i characters in each language, not more',
    async (path, length) => {
      const long = 'x'.repeat(length ?? 0);
      await expectAccepted(withField(fullTicket(), path, { en: long, fr: long }));
      await expectRejected(
        withField(fullTicket(), path, { en: long, fr: `${long}x` }),
        'FIELD_TOO_LONG',
        `${path}.fr is longer than ${length} characters`,
      );
    },
  );

  it.each(MULTILINGUAL)('%s must have texts under language codes', async (path) => {
    await expectRejected(
      withField(fullTicket(), path, { en: 1 }),
      'FIELD_INVALID',
      `${path}.en must be a text, or an object of language code to text`,
    );
    await expectRejected(
      withField(fullTicket(), path, { English: 'One' }),
      'FIELD_INVALID',
      `${path} has a key that is not a language code like en`,
    );
    await expectRejected(
      withField(fullTicket(), path, ['One']),
      'FIELD_INVALID',
      `${path} must be a text, or an object of language code to text`,
    );
  });

  it.each(['event.name', 'event.address.site', 'event.address.city'])('%s needs at least one language', (path) =>
    expectRejected(withField(fullTicket(), path, {}), 'FIELD_REQUIRED', `${path} needs at least one language`),
  );

  it('a required one must not be blank in any language', () =>
    expectRejected(
      withField(fullTicket(), 'event.name', { en: 'Match', fr: ' ' }),
      'FIELD_REQUIRED',
      'event.name.fr is required and must not be blank',
    ));
});

describe('the reserved metadata key EVENT_SCHEDULE', () => {
  it.each(['[]', '[{"label":"e_ceremony","time":"00:00"},{"label":"e_startTime","time":"23:59"}]'])(
    'may hold %s',
    (value) => expectAccepted(withField(fullTicket(), 'event.metadata[0].value', value)),
  );

  it.each([
    '',
    'no JSON',
    '{}',
    '[1]',
    '[{"label":"e_ceremony"}]',
    '[{"label":"e_ceremony","time":"24:00"}]',
    '[{"label":1,"time":"10:00"}]',
  ])('may not hold %j', (value) =>
    expectRejected(
      withField(fullTicket(), 'event.metadata[0].value', value),
      'FIELD_INVALID',
      'event.metadata[0].value must be the text of a JSON array of {label, time} with times like 18:30',
    ),
  );
});

describe('the message of a refused ticket', () => {
  it('names several problems, the first one as its code', () =>
    expectRejected(
      withField(withField(smallTicket(), 'event.name', 'x'.repeat(129)), 'security.barcode', ''),
      'FIELD_TOO_LONG',
      'event.name is longer than 128 characters; security.barcode is required and must not be blank',
    ));

  it('names five problems and counts the others', () =>
    expectRejected(
      { ticketId: '77' },
      'FIELD_REQUIRED',
      'event is required; activationParameters is required; spectatorDetails is required; ' +
        'purchaseDetails is required; security is required',
    ));

  it('counts what it does not name', async () => {
    const { message } = await outcomeOf({ event: { address: {} } });
    expect(message).toMatch(/^ticketId is required; (.* is required; ){3}.* is required; and 8 more$/);
  });

  it('never repeats a value', async () => {
    const secret = 'SECRET'.repeat(100);
    for (const path of [
      'ticketId',
      ...LENGTHS.map(([p]) => p),
      'spectatorDetails.email',
      'spectatorDetails.gender',
      'event.startTime',
    ]) {
      const { body } = await tixngo.inject([withField(fullTicket(), path, secret)]);
      expect(body.results[0].outcome).toBe('REJECTED');
      expect(body.results[0].message).not.toContain('SECRET');
    }
  });
});

describe('a field that the contract does not know', () => {
  it('is accepted, kept and counted by its path', async () => {
    await tixngo.hook('/counters/reset', {});
    const ticketId = newTicketId();
    const ticket = { ...smallTicket(ticketId), colour: 'red' };
    const other = withField(fullTicket(), 'ticketDetails.main[0].hint', 'x');
    await tixngo.inject([
      ticket,
      other,
      withField(other, 'ticketDetails.main[1]', { key: 'a', value: 'b', hint: 'y' }),
    ]);
    const { body } = await tixngo.hook('/counters');
    expect(body.unknownFields).toEqual({ colour: 1, 'ticketDetails.main[].hint': 3 });
    const { body: kept } = await tixngo.hook(`/tickets?ids=${ticketId}`);
    expect(kept.tickets[0].payload).toEqual(ticket);
  });

  it('is counted together with others once there are 200 different ones', async () => {
    await tixngo.hook('/counters/reset', {});
    const many = Object.fromEntries(Array.from({ length: 205 }, (_, n) => [`field${n}`, n]));
    await tixngo.inject([{ ...smallTicket(), ...many }]);
    const { unknownFields } = (await tixngo.hook('/counters')).body;
    expect(Object.keys(unknownFields)).toHaveLength(201);
    expect(unknownFields['(other)']).toBe(5);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.sandbox.violations()).toEqual([]);
});
