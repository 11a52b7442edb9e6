import { describe, expect, test } from 'vitest';

import { functionNames, type FunctionName } from '../../src/domain/functions.js';
import { inputProblem, type InputShape } from '../../src/domain/inputCheck.js';
import { inputShapes, isForOneRun } from '../../src/domain/inputShapes.js';
import { pauseInputShape, resumeInputShape, scopeProblem } from '../../src/domain/pauseInput.js';

interface Row {
  readonly expected: string;
  /** Wrong values, each with the kind of thing that is said to have come. */
  readonly wrong: readonly (readonly [unknown, string])[];
  readonly right: readonly unknown[];
  /** What has to stand beside a right value. */
  readonly beside?: object;
}

const text = 'a text that does not fit';
const number = 'a number that does not fit';
const others = [
  [true, 'a boolean'],
  [['x'], 'a list'],
  [{ a: 1 }, 'an object'],
] as const;

const code: Row = {
  expected: 'a code of the interface configuration, such as "FCDEMO"',
  wrong: [[5, number], ['', 'an empty text'], ['  ', 'an empty text'], ['x'.repeat(101), text], ...others],
  right: ['FCDEMO', 'x'.repeat(100)],
};
const sentence = (expected: string): Row => ({
  expected,
  wrong: [[5, number], ['', 'an empty text'], ['zoe@example.org', text], ['x'.repeat(201), text], ...others],
  right: ['on call', 'x'.repeat(200)],
});
const fn: Row = {
  expected: `one of ${functionNames.join(', ')}`,
  wrong: [[5, number], ['', 'an empty text'], ['injection', text], ['toString', text], ...others],
  right: functionNames,
};

const runId = '0199c3f2-5c1e-7d3a-9f44-1d2b3c4e5f60';
const overrideDay = '2027-05-01';
const ticketList =
  'a comma separated list of tax numbers and ticket ids, a ticket id written id:123456789, such as "TN0000012345,id:10228305000005"';
const notInAList = [
  [5, number],
  ['id:', text],
  ['id:12x', text],
  ['id:007', text],
  [`id:${'1'.repeat(20)}`, text],
  ['two words', text],
  ['TN1,nr:5', text],
  ['TN1;TN2', text],
  ['TN1,"TN2"', text],
  ['zoe@example.org', text],
  ['x'.repeat(101), text],
  ...others,
] as const;
const flag: Row = {
  expected: 'true or false',
  wrong: [
    ['true', text],
    ['', 'an empty text'],
    [1, number],
    [['x'], 'a list'],
    [{ a: 1 }, 'an object'],
  ],
  right: [true, false],
};

const ofEveryFunction: Readonly<Record<string, Row>> = {
  institution: code,
  organization: code,
  internalName: { ...code, expected: 'the internal name of a function, such as "Ticket injection"' },
  skipTickets: {
    expected: ticketList,
    wrong: notInAList,
    right: ['', 'TN0000012345,id:10228305000005', ' TN1 , id: 5 ,'],
  },
  maxTicketsPerRun: {
    expected: 'a whole number from 1 to 10000000',
    wrong: [[0, number], [-1, number], [1.5, number], [10_000_001, number], ['100', text], ...others],
    right: [1, 10_000_000],
  },
  simulation: flag,
};

const uploadName = (expected: string): Row => ({
  expected,
  wrong: [
    [5, number],
    ['', 'an empty text'],
    ['../tickets.csv', text],
    ['/etc/passwd', text],
    ['sub/tickets.csv', text],
    ['sub\\tickets.csv', text],
    ['..', text],
    ['.env', text],
    ['tickets.csv\0', text],
    ['tickets csv', text],
    ['x'.repeat(101), text],
    ...others,
  ],
  right: ['tickets.csv', 'T-1_2.csv', 'x'.repeat(100)],
});

const ofEveryPush: Readonly<Record<string, Row>> = {
  forceTickets: {
    expected: ticketList.replace('123456789, such', '123456789, 1 to 1000 of them, such'),
    wrong: [['', 'an empty text'], [' , ', text], [numbersFrom1To(1_001), text], ...notInAList],
    right: ['TN1', 'TN0000012345,id:10228305000005', numbersFrom1To(1_000), `${numbersFrom1To(1_000)},1`],
    beside: { overrideDay },
  },
  fileToUpload: {
    ...uploadName('the name of a CSV file in the upload directory of the workers, such as "tickets.csv"'),
    beside: { overrideDay },
  },
  skipBadLines: { ...flag, beside: { overrideDay, fileToUpload: 'tickets.csv' } },
  overrideDay: {
    expected: 'the day of the run as yyyy-MM-dd, in the time zone of the institution, such as "2027-05-01"',
    wrong: [
      [20_270_501, number],
      ['', 'an empty text'],
      ['2027-02-29', text],
      ['2027-13-01', text],
      ['2027-04-31', text],
      ['2027-5-1', text],
      ['01.05.2027', text],
      ['2027-05-01T00:00:00Z', text],
      [' 2027-05-01', text],
      ['today', text],
      ...others,
    ],
    right: ['2027-05-01', '2028-02-29', '2026-12-31'],
    beside: { forceTickets: 'TN1' },
  },
  again: {
    expected: `the run id of the execution that is repeated, as the Web UI shows it, such as "${runId}"`,
    wrong: [
      [5, number],
      ['', 'an empty text'],
      ['ticketsExternalPrinting/FCDEMO/20270501', text],
      [`${runId}0`, text],
      ...others,
    ],
    right: [runId],
    beside: { forceTickets: 'TN1', overrideDay },
  },
};

const dateFrom: Row = {
  expected: 'a date and time with offset, such as "2027-05-01T00:00:00+02:00"',
  wrong: [
    [1_800_000_000_000, number],
    ['', 'an empty text'],
    ['2027-05-01', text],
    ['2027-05-01T00:00:00', text],
    ['2027-02-30T00:00:00Z', text],
    ['2027-05-01T24:00:00Z', text],
    ['2027-05-01T12:60:00Z', text],
    ['2027-05-01 12:00:00Z', text],
    ['2027-05-01T12:00:00+2', text],
    ['01/05/27 12:00', text],
    ...others,
  ],
  right: ['2027-05-01T00:00:00+02:00', '2027-05-01T00:00Z', '2028-02-29T23:59:59.999-11:30'],
  beside: { overrideDay },
};

const fileNumber: Row = {
  expected: 'the file number as a text of digits, such as "4711001"',
  wrong: [
    [4_711_001, number],
    ['', 'an empty text'],
    ['F4711', text],
    ['4711,4712', text],
    ['1'.repeat(20), text],
    ...others,
  ],
  right: ['4711001', '9'.repeat(19)],
};

const rowsOfFunctions: Readonly<Record<FunctionName, Readonly<Record<string, Row>>>> = {
  ticketsExternalPrinting: { ...ofEveryFunction, ...ofEveryPush, fileNumber },
  pushCancelled: { ...ofEveryFunction, ...ofEveryPush, dateFrom },
  pushControlled: { ...ofEveryFunction, ...ofEveryPush, dateFrom },
  retrieveTicketStatus: {
    ...ofEveryFunction,
    paginationKey: {
      expected: 'a pagination key as TIXNGO gave it, or an empty text for the beginning of the stream',
      wrong: [[5, number], ['zoe@example.org', text], ['two words', text], ['x'.repeat(2_001), text], ...others],
      right: ['', 'ZGlmZg==', 'x'.repeat(2_000)],
    },
    fileToUpload: uploadName('the name of a file in the upload directory of the workers, such as "feedback.json"'),
  },
  digitalPrivilegesInjection: { ...ofEveryFunction, ...ofEveryPush, fileNumber },
};

const shapes: readonly {
  readonly shape: InputShape;
  readonly base: object;
  readonly rows: Readonly<Record<string, Row>>;
}[] = [
  ...functionNames.map((name) => ({ shape: inputShapes[name], base: {}, rows: rowsOfFunctions[name] })),
  { shape: resumeInputShape, base: {}, rows: { organization: code, function: fn } },
  {
    shape: pauseInputShape,
    base: { by: 'on call', why: 'maintenance' },
    rows: {
      organization: code,
      function: fn,
      by: sentence('a role or initials, such as "on call" (no e-mail address)'),
      why: sentence('the reason, such as "TIXNGO maintenance until 18:00" (no e-mail address)'),
    },
  },
];

describe.each(shapes.map((entry) => [entry.shape.name, entry] as const))('%s', (_name, { shape, base, rows }) => {
  const example = `An input that is right: ${JSON.stringify(shape.example)}`;
  const overrideExample = `An input that is right: ${JSON.stringify(shape.overrideExample ?? shape.example)}`;

  test('every field has a row here', () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(shape.fields).sort());
  });

  test.each(Object.entries(rows))(
    '%s: wrong values and the sentence they give',
    (field, { expected, wrong, right, beside }) => {
      const shown = shape.fields[field]?.override === true ? overrideExample : example;
      for (const [value, kind] of wrong) {
        expect(inputProblem({ ...base, ...beside, [field]: value }, shape)).toBe(
          `${shape.name}: ${field}: expected ${expected}, got ${kind}. ${shown}`,
        );
      }
      for (const value of right) expect(inputProblem({ ...base, ...beside, [field]: value }, shape)).toBeNull();
      const missing = inputProblem({ ...base, [field]: undefined }, shape);
      const empty = inputProblem({ ...base, [field]: null }, shape);
      expect(empty).toBe(missing);
      expect(missing).toBe(
        field in base ? `${shape.name}: ${field} is missing; expected ${expected}. ${example}` : null,
      );
    },
  );

  test('the examples that the sentences show are right', () => {
    expect(inputProblem(shape.example, shape)).toBeNull();
    if (shape.overrideExample !== undefined) expect(inputProblem(shape.overrideExample, shape)).toBeNull();
  });

  test.each([
    ['a text', '"x"', 'a text that does not fit'],
    ['a number', '5', 'a number that does not fit'],
    ['a list', '[{}]', 'a list'],
    ['true', 'true', 'a boolean'],
  ])('%s instead of an object', (_what, json, kind) => {
    expect(inputProblem(JSON.parse(json), shape)).toBe(
      `${shape.name}: expected one JSON object or nothing, got ${kind}. ${example}`,
    );
  });

  test.each(['organisation', 'constructor', '__proto__', 'toString'])('an unknown field is named: %s', (field) => {
    expect(inputProblem(JSON.parse(`{"${field}": 1}`), shape)).toBe(
      `${shape.name}: unknown field "${field}"; expected one of: ${Object.keys(shape.fields).join(', ')}. ${example}`,
    );
  });

  test('nothing that was pasted is repeated, not even as a field name', () => {
    const canary = 'CANARY zoe@example.org';
    const said = [
      ...Object.keys(rows).map((field) => inputProblem({ ...base, [field]: `${canary}:x`.repeat(20) }, shape)),
      inputProblem({ [canary]: 1 }, shape),
      inputProblem({ ['CANARY'.repeat(8)]: 1 }, shape),
      inputProblem(canary, shape),
    ];
    for (const problem of said) {
      expect(problem).toBeTypeOf('string');
      expect(problem).not.toContain('CANARY');
    }
  });
});

describe.each(functionNames)('%s: no input at all', (name) => {
  test.each([undefined, null, {}])('%s means everything from the configuration', (input) => {
    expect(inputProblem(input, inputShapes[name])).toBeNull();
  });
});

describe.each(['ticketsExternalPrinting', 'pushCancelled', 'pushControlled', 'digitalPrivilegesInjection'] as const)(
  '%s: overrides that do not go together',
  (name) => {
    const shape = inputShapes[name];
    const hasDateFrom = 'dateFrom' in shape.fields;
    const day = 'the day of the run as yyyy-MM-dd, in the time zone of the institution, such as "2027-05-01"';
    const dated = hasDateFrom ? 'forceTickets or fileToUpload or dateFrom' : 'forceTickets or fileToUpload';
    const since = '2027-04-30T18:00:00+02:00';

    test.each<[object, string]>([
      [
        { forceTickets: 'CANARY1' },
        `overrideDay is missing; expected ${day}, since forceTickets may be used on one day only`,
      ],
      [
        { fileToUpload: 'CANARY.csv' },
        `overrideDay is missing; expected ${day}, since fileToUpload may be used on one day only`,
      ],
      [
        { fileToUpload: 'CANARY.csv', again: runId, simulation: true },
        `overrideDay is missing; expected ${day}, since fileToUpload may be used on one day only`,
      ],
      [
        { forceTickets: 'CANARY1', fileToUpload: 'CANARY.csv', overrideDay },
        'forceTickets and fileToUpload: expected one of them, got both',
      ],
      [
        { forceTickets: 'CANARY1', skipBadLines: true, overrideDay },
        'skipBadLines: expected only together with fileToUpload, got it without',
      ],
      [{ skipBadLines: true }, 'skipBadLines: expected only together with fileToUpload, got it without'],
      [{ overrideDay }, `overrideDay: expected only together with ${dated}, got it without`],
      [{ overrideDay, simulation: true }, `overrideDay: expected only together with ${dated}, got it without`],
      [{ again: runId }, `again: expected only together with ${dated}, got it without`],
      ...(hasDateFrom
        ? ([
            [
              { dateFrom: since },
              `overrideDay is missing; expected ${day}, since dateFrom may be used on one day only`,
            ],
            [
              { dateFrom: since, forceTickets: 'CANARY1', overrideDay },
              'dateFrom and forceTickets: expected one of them, got both: a list names its tickets, whenever they were processed',
            ],
          ] as [object, string][])
        : []),
    ])('%j is refused with the field, what was expected and an input that is right', (input, sentence) => {
      const said = inputProblem(input, shape);
      expect(said).toBe(`${shape.name}: ${sentence}. An input that is right: ${JSON.stringify(shape.overrideExample)}`);
      expect(said).not.toContain('CANARY');
    });

    test.each([
      { forceTickets: 'TN1', overrideDay },
      { forceTickets: 'TN1', overrideDay, again: runId, simulation: true, skipBadLines: false, fileToUpload: null },
      { fileToUpload: 'tickets.csv', overrideDay, skipBadLines: true, again: runId },
      { simulation: true },
      { simulation: false, skipBadLines: false },
      ...(hasDateFrom ? [{ dateFrom: since, overrideDay }] : []),
    ])('%j goes together', (input) => {
      expect(inputProblem(input, shape)).toBeNull();
    });
  },
);

describe('What is meant for one run only', () => {
  test.each<[FunctionName, object, boolean]>([
    ['retrieveTicketStatus', { paginationKey: '' }, true],
    ['retrieveTicketStatus', { fileToUpload: 'feedback.json' }, true],
    ['retrieveTicketStatus', { simulation: true }, true],
    ['retrieveTicketStatus', { simulation: false, paginationKey: null }, false],
    ['ticketsExternalPrinting', { forceTickets: 'TN1', overrideDay }, true],
    ['ticketsExternalPrinting', { fileNumber: '4711', skipTickets: 'TN1', maxTicketsPerRun: 5 }, false],
    ['pushCancelled', { dateFrom: '2027-05-01T00:00:00Z', overrideDay }, true],
    ['pushControlled', { fileToUpload: 'tickets.csv', overrideDay }, true],
    ['digitalPrivilegesInjection', { simulation: true }, true],
    ['digitalPrivilegesInjection', {}, false],
  ])('%s %j: %s', (name, input, expected) => {
    expect(isForOneRun(name, input)).toBe(expected);
  });
});

describe('Scope of a pause', () => {
  test('a function without its organization is refused', () => {
    const said =
      'organization is missing: a function is paused or resumed in one organization; leave both out for everything.';
    expect(scopeProblem({ function: 'pushCancelled' })).toBe(said);
    expect(scopeProblem({ function: 'pushCancelled', organization: null })).toBe(said);
  });

  test('everything, an organization, or one function of it is a scope', () => {
    expect(scopeProblem({})).toBeNull();
    expect(scopeProblem({ organization: 'FCDEMO' })).toBeNull();
    expect(scopeProblem({ organization: 'FCDEMO', function: 'pushCancelled' })).toBeNull();
  });
});

function numbersFrom1To(last: number): string {
  return Array.from({ length: last }, (_, index) => String(index + 1)).join(',');
}
