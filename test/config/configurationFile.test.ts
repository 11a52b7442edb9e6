import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  ConfigurationError,
  configurationFile,
  exampleConfigurationFile,
  loadConfiguration,
  parseConfiguration,
} from '../../src/config/load.js';
import { readSecrets } from '../../src/config/resolve.js';
import { changed, fullConfiguration, problems, read, type Json } from './configurationForTests.js';

const settings = 'institutions[0].organizations[0].interfaces[0]';

function sentence(text: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    parseConfiguration(text, 'interface.json', environment);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
}

describe('Configuration: the file itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('the example is right, with nothing set in the environment', async () => {
    const configuration = await loadConfiguration({});
    expect(exampleConfigurationFile).toBe('config/interface.example.json');
    expect(configuration.institutions[0]!.s360.url).toBe('http://127.0.0.1:8360');
  });

  test('a file that cannot be read is named, with what to set', async () => {
    const file = join(folder, 'missing.json');
    await expect(loadConfiguration({ INTERFACE_CONFIG: file })).rejects.toThrow(
      `Interface configuration ${file} cannot be read (ENOENT). Set INTERFACE_CONFIG to the path of a configuration; config/interface.example.json is one to copy.`,
    );
  });

  test('the file that INTERFACE_CONFIG names is read', async () => {
    const file = join(folder, 'interface.json');
    await writeFile(file, JSON.stringify(changed('institutions[0].code', 'OTHER')));
    const configuration = await loadConfiguration({ INTERFACE_CONFIG: file });
    expect(configuration.institutions[0]!.code).toBe('OTHER');
  });

  test.each([
    ['a comma too many', '{\n  "a": 1,\n}', 'the error is in line 3'],
    ['a missing comma', '[\n1\n2]', 'the error is in line 3'],
    ['a text that does not end', '{\n"a": "x', 'the error is in line 2'],
    ['an empty file', '', 'it ends too early'],
    ['a file cut off', '{"institutions": [', 'it ends too early'],
    [
      'an unknown word in a long file',
      `{\n"first": "${'x'.repeat(80)}",\n\n"secret": SECRET-canary, "z": 1}`,
      'the error is near line 4',
    ],
    ['no JSON at all', 'SECRET-canary', 'it cannot be read'],
  ])('bad JSON, %s: the place, and nothing of the contents', (_what, text, place) => {
    const said = sentence(text);
    expect(said).toBe(
      `Interface configuration interface.json is no JSON: ${place}. Look for a comma, a quote or a bracket that is missing or too many.`,
    );
    expect(said).not.toContain('canary');
  });

  test.each([['[]'], ['"x"'], ['5'], ['null']])('%s is no configuration', (text) => {
    expect(sentence(text)).toBe(
      'Interface configuration interface.json does not fit:\n  the whole file: expected an object in braces { }',
    );
  });

  test('several problems are all told at once', () => {
    const json = changed('writeTimeoutSeconds', 0);
    json.institutions[0].code = '';
    delete json.institutions[0].s360.operator;
    expect(problems(json).map((line) => line.split(':')[0])).toEqual([
      'writeTimeoutSeconds',
      'institutions[0].code',
      'institutions[0].s360.operator',
    ]);
  });
});

describe('Configuration: values from the environment', () => {
  const withUrl = (url: string): Json => changed('institutions[0].s360.url', url);

  test('a variable is put in, else its default', () => {
    expect(read(withUrl('${S360_URL:-http://h:1}'), {}).institutions[0]!.s360.url).toBe('http://h:1');
    expect(read(withUrl('${S360_URL:-http://h:1}'), { S360_URL: 'http://h:2' }).institutions[0]!.s360.url).toBe(
      'http://h:2',
    );
    expect(read(withUrl('http://${HOST}:${PORT}'), { HOST: 'h', PORT: '3' }).institutions[0]!.s360.url).toBe(
      'http://h:3',
    );
  });

  test('an empty variable counts as not set, as in a shell', () => {
    expect(read(withUrl('${S360_URL:-http://h:1}'), { S360_URL: '' }).institutions[0]!.s360.url).toBe('http://h:1');
    expect(problems(withUrl('${S360_URL}'), { S360_URL: '' })[0]).toContain('that are not set: S360_URL');
    expect(configurationFile({ INTERFACE_CONFIG: '' })).toBe('config/interface.example.json');
  });

  test('all variables that are not set are named at once', () => {
    const json = withUrl('${S360_URL}');
    json.institutions[0].s360.operator = '${OPERATOR}';
    expect(problems(json)).toEqual([
      'Interface configuration interface.json takes values from the environment that are not set: S360_URL, OPERATOR.',
    ]);
  });

  test("a ticket template's variables are left alone", () => {
    const [template] = Object.values(
      read(fullConfiguration(), {}).institutions[0]!.organizations[0]!.interfaces[0]!.ticketTemplates,
    );
    expect(template!.fields['event.name']).toBe('${Performance_hostTeam} - ${Performance_opposingTeam}');
  });

  test('what comes from the environment is checked, and not repeated', () => {
    expect(problems(withUrl('${S360_URL}'), { S360_URL: 'canary' })).toEqual([
      'institutions[0].s360.url: expected an http or https URL, such as "https://demo.ws.secutix.example"',
    ]);
  });

  test('key variables that are not set are all named, each once, before anything starts', () => {
    const json = fullConfiguration();
    json.institutions.push({ ...structuredClone(json.institutions[0]), code: 'SECOND' });
    for (const { organizations } of json.institutions) withoutReader(organizations[0]);
    const configuration = read(json);
    const say = (environment: NodeJS.ProcessEnv) => () => readSecrets(configuration, environment);
    expect(say({})).toThrow(
      'The configuration names environment variables that are not set: S360_SECRET, TIXNGO_API_KEY, SMTP_URL. Export them and start again; their values never stand in the file.',
    );
    expect(say({ S360_SECRET: 's', TIXNGO_API_KEY: '', SMTP_URL: 'smtp://h' })).toThrow('not set: TIXNGO_API_KEY.');
    expect(say({ S360_SECRET: 's' })).toThrow(ConfigurationError);
    expect([
      ...readSecrets(configuration, { S360_SECRET: 's', TIXNGO_API_KEY: 'k', SMTP_URL: 'smtp://u:p@h:25' }),
    ]).toEqual([
      ['S360_SECRET', 's'],
      ['TIXNGO_API_KEY', 'k'],
      ['SMTP_URL', 'smtp://u:p@h:25'],
    ]);
  });

  test.each(['canary', 'http://canary:pass@h', 'smtp://', 'canary@example.org'])(
    'a mail server that is none is refused at the start, and not repeated: %s',
    (url) => {
      const environment = { S360_SECRET: 's', TIXNGO_API_KEY: 'k', SMTP_URL: url };
      const say = () => readSecrets(read(fullConfiguration()), environment);
      expect(say).toThrow(
        'The environment variable SMTP_URL holds no address of a mail server; expected one such as smtp://user:password@mail.example.org:587',
      );
      expect(say).not.toThrow(/canary/);
    },
  );

  test('recipients without a mail server are refused, and none are needed', () => {
    const json = changed('email', undefined);
    expect(problems(json)).toEqual([
      'institutions[0].organizations[0].interfaces[0].emailRecipients: expected no recipients, or else a mail server, as "email" at the top of the file',
    ]);
    json.institutions[0].organizations[0].interfaces[0].emailRecipients = [];
    expect(problems(json)).toEqual([]);
  });
});

/** Without retrieve ticket status, of which an organizer has one. */
function withoutReader(organization: Json): Json {
  organization.interfaces[0].functions.splice(2, 1);
  return organization;
}

describe('Configuration: rules over several fields', () => {
  test('two interfaces on one organization are refused, and why', () => {
    const json = fullConfiguration();
    const [org] = json.institutions[0].organizations;
    org.interfaces.push({ ...structuredClone(org.interfaces[0]), internalName: 'Second' });
    expect(problems(json)).toEqual([
      'institutions[0].organizations[0].interfaces: expected exactly one interface: with several on one organization, push cancelled and push controlled would not see what another one injected',
    ]);
  });

  test('an organization that is listed twice is refused, and why', () => {
    const json = fullConfiguration();
    json.institutions[0].organizations.push(withoutReader(structuredClone(json.institutions[0].organizations[0])));
    expect(problems(json)).toEqual([
      'institutions[0].organizations[1].code: expected each organization once: with several interfaces on one organization, push cancelled and push controlled would not work',
    ]);
  });

  test('the same organization code in two institutions is fine, the same institution twice is not', () => {
    const json = fullConfiguration();
    json.institutions.push({ ...structuredClone(json.institutions[0]), code: 'SECOND' });
    for (const { organizations } of json.institutions) withoutReader(organizations[0]);
    expect(problems(json)).toEqual([]);
    json.institutions[1].code = 'DEMO';
    expect(problems(json)).toEqual(['institutions[1].code: expected a code that no other institution has']);
  });

  test('one function reads the diff of a TIXNGO organizer, whatever its organization: a second one is refused, and why', () => {
    const json = fullConfiguration();
    const second = structuredClone(json.institutions[0].organizations[0]);
    json.institutions[0].organizations.push({ ...second, code: 'SECOND', inventoryOwner: 'SECOND' });
    expect(problems(json)).toEqual([
      'institutions[0].organizations[1].interfaces[0].functions[2].function: expected one retrieveTicketStatus for the TIXNGO organizer demo-organizer: TIXNGO lets one function at a time read its diff, whatever the organization',
    ]);
    second.interfaces[0].organizer = 'second-organizer';
    expect(problems(json)).toEqual([]);
  });

  test('the feedback of an organizer is stored in one institution: organizations of another one are refused', () => {
    const json = fullConfiguration();
    json.institutions.push({ ...structuredClone(json.institutions[0]), code: 'SECOND' });
    withoutReader(json.institutions[1].organizations[0]);
    expect(problems(json)).toEqual([
      `${settings}.functions[2].function: expected all organizations of the TIXNGO organizer demo-organizer in one institution: its feedback is stored there, and SECOND has one too`,
    ]);
  });

  test('an organization that does not own its inventory is refused, and the owner is named', () => {
    expect(problems(changed('institutions[0].organizations[0].inventoryOwner', 'FCOWNER'))).toEqual([
      'institutions[0].organizations[0].interfaces: expected no interface here: the inventory of this organization belongs to FCOWNER; set the interface up there, and leave this organization out',
    ]);
  });

  test('two functions of an interface need two names', () => {
    const json = fullConfiguration();
    const { functions } = json.institutions[0].organizations[0].interfaces[0];
    functions.push(structuredClone(functions[0]));
    expect(problems(json)).toEqual([
      `${settings}.functions[5].internalName: expected a name that no other function of this interface has`,
    ]);
  });

  test('a ticket template needs the interface type that has one', () => {
    expect(problems(changed(`${settings}.type`, 'TIXNGO'))).toEqual([
      `${settings}.functions[0].ticketTemplate: expected no ticket template: only the interface type TIXNGO_WITH_TICKET_TEMPLATE has one`,
    ]);
  });

  test('a ticket template that does not exist is named with those that do', () => {
    expect(problems(changed(`${settings}.ticketTemplates`, {}))).toEqual([
      `${settings}.functions[0].ticketTemplate: expected a ticket template of this interface: there is none`,
    ]);
  });

  test.each(['event.id', 'event.startTime', 'event.expirationDate', 'ticketId', 'security.barcode', 'constructor'])(
    'no template may overwrite %s',
    (field) => {
      const [said, ...others] = problems(changed(`${settings}.ticketTemplates.standard.fields`, { [field]: 'x' }));
      expect(others).toEqual([]);
      expect(said).toContain(
        `${settings}.ticketTemplates.standard.fields: "${field}": expected fields that a template may overwrite: activationParameters.groupId, `,
      );
    },
  );

  test('every unknown variable of a text is named', () => {
    const said = problems(
      changed(`${settings}.ticketTemplates.standard.fields`, { sortingKey: '${One}-${Seat_row}-${Two}' }),
    );
    expect(said.map((line) => line.split(';')[0])).toEqual([
      `${settings}.ticketTemplates.standard.fields.sortingKey: unknown variable \${One}`,
      `${settings}.ticketTemplates.standard.fields.sortingKey: unknown variable \${Two}`,
    ]);
  });

  test('an automatic launch needs a frequency, a manual one does not', () => {
    const automatic = changed(`${settings}.functions[0].frequencyMinutes`, undefined);
    expect(problems(automatic)).toEqual([
      `${settings}.functions[0].frequencyMinutes: missing; expected a frequency in minutes: an automatic launch needs one`,
    ]);
    automatic.institutions[0].organizations[0].interfaces[0].functions[0].launch = 'manual';
    expect(problems(automatic)).toEqual([]);
  });

  test('start and end are compared as moments, not as texts', () => {
    const json = changed(`${settings}.functions[0].start`, '2027-01-01T10:00:00+05:00');
    json.institutions[0].organizations[0].interfaces[0].functions[0].end = '2027-01-01T06:00:00+00:00';
    expect(problems(json)).toEqual([]);
  });

  test('a look-up by event report needs the mobile app', () => {
    const json = changed(`${settings}.mobileAppId`, undefined);
    expect(problems(json)).toEqual([]);
    json.institutions[0].organizations[0].interfaces[0].lookup = 'eventReport';
    expect(problems(json)).toEqual([
      `${settings}.mobileAppId: missing; expected the mobile app of the organizer: the event report asks for it`,
    ]);
  });

  test('what is left out has the documented default', () => {
    const json = fullConfiguration();
    const [org] = json.institutions[0].organizations;
    const { operator, partner, secretVariable, url } = json.institutions[0].s360;
    json.institutions[0].s360 = { operator, partner, secretVariable, url };
    org.interfaces = [
      {
        internalName: 'TIXNGO',
        type: 'TIXNGO',
        url: 'http://127.0.0.1:8361/v3/organizer/tickets',
        organizer: 'demo-organizer',
        apiKeyVariable: 'TIXNGO_API_KEY',
        functions: [
          { function: 'ticketsExternalPrinting', internalName: 'Ticket injection', pointOfSales: 'TIXNGO;MOBILE' },
        ],
      },
    ];
    delete json.writeTimeoutSeconds;
    delete json.pauseWhenStateIsNew;
    const configuration = read(json);
    const [institution] = configuration.institutions;
    const [tixngo] = institution!.organizations[0]!.interfaces;
    expect(configuration.writeTimeoutSeconds).toBe(30);
    expect(configuration.pauseWhenStateIsNew).toBe(true);
    expect(institution!.s360).toMatchObject({
      callsPerMinute: 60,
      exportKeys: { ticketsExternalPrinting: 'TIXNGO_INJECTION', pushCancelled: 'TIXNGO_CANCELLED' },
      operations: { markPrinted: null },
    });
    expect(tixngo).toMatchObject({
      apiKeyHeader: 'x-api-key',
      callsPerMinute: null,
      activationMethod: 'offline',
      contingentMandatory: false,
      ticketIdentifier: 'ticketId',
      spectator: 'ticketHolder',
      comfortOffsetAnchor: 'start',
      lookup: 'ids',
      whenInDoubt: 'hold',
      maxTicketsPerCall: 1000,
      customParameters: { ticketIterationSize: 100, enforceMandatoryParameters: true, addChargesToPrice: true },
    });
    expect(tixngo!.functions[0]).toMatchObject({
      launch: 'manual',
      batchSize: 1000,
      shipmentModes: ['BLOCKCHAIN'],
      filters: {},
      mandatoryTicketHolderFields: [],
      skipTickets: '',
      mainApplicant: false,
      barcodeFormat: { prefix: '', suffix: '' },
    });
    expect(tixngo!.functions[0]).not.toHaveProperty('maxTicketsPerRun');
  });

  test('a single code and a list of one mean the same', () => {
    const [fn] = read(changed(`${settings}.functions[0].shipmentModes`, 'BLOCKCHAIN')).institutions[0]!
      .organizations[0]!.interfaces[0]!.functions;
    if (fn?.function !== 'ticketsExternalPrinting') throw new Error('the first function is the injection');
    expect(fn.shipmentModes).toEqual(['BLOCKCHAIN']);
    expect(fn.filters).toMatchObject({ salesChannel: ['WEB'], season: ['2026', '2027'] });
  });
});
