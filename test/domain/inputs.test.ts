import { describe, expect, test } from 'vitest';

import { injectionInputShape } from '../../src/domain/injectionInput.js';
import { inputProblem, type InputShape } from '../../src/domain/inputCheck.js';
import { pauseInputShape, resumeInputShape, scopeProblem } from '../../src/domain/pauseInput.js';
import { functionNames } from '../../src/domain/functions.js';

interface Row {
  readonly expected: string;
  /** Wrong values, each with the kind of thing that is said to have come. */
  readonly wrong: readonly (readonly [unknown, string])[];
  readonly right: readonly unknown[];
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

const shapes: readonly {
  readonly shape: InputShape;
  readonly base: object;
  readonly rows: Readonly<Record<string, Row>>;
}[] = [
  {
    shape: injectionInputShape,
    base: {},
    rows: {
      institution: code,
      organization: code,
      internalName: { ...code, expected: 'the internal name of a function, such as "Ticket injection"' },
      fileNumber: {
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
      },
      skipTickets: {
        expected:
          'a comma separated list of tax numbers and ticket ids, a ticket id written id:123456789, such as "TN0000012345,id:10228305000005"',
        wrong: [[5, number], ['id:', text], ['id:12x', text], ['two words', text], ['TN1,nr:5', text], ...others],
        right: ['', 'TN0000012345,id:10228305000005', ' TN1 , id: 5 ,'],
      },
      maxTicketsPerRun: {
        expected: 'a whole number from 1 to 10000000',
        wrong: [[0, number], [-1, number], [1.5, number], [10_000_001, number], ['100', text], ...others],
        right: [1, 10_000_000],
      },
    },
  },
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

  test('every field has a row here', () => {
    expect(Object.keys(rows).sort()).toEqual(Object.keys(shape.fields).sort());
  });

  test.each(Object.entries(rows))(
    '%s: wrong values and the sentence they give',
    (field, { expected, wrong, right }) => {
      for (const [value, kind] of wrong) {
        expect(inputProblem({ ...base, [field]: value }, shape)).toBe(
          `${shape.name}: ${field}: expected ${expected}, got ${kind}. ${example}`,
        );
      }
      for (const value of right) expect(inputProblem({ ...base, [field]: value }, shape)).toBeNull();
      const missing = inputProblem({ ...base, [field]: undefined }, shape);
      const empty = inputProblem({ ...base, [field]: null }, shape);
      expect(empty).toBe(missing);
      expect(missing).toBe(
        field in base ? `${shape.name}: ${field} is missing; expected ${expected}. ${example}` : null,
      );
    },
  );

  test('the example that every sentence shows is right', () => {
    expect(inputProblem(shape.example, shape)).toBeNull();
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

describe('Input of ticketsExternalPrinting: no input at all', () => {
  test.each([undefined, null, {}])('%s means everything from the configuration', (input) => {
    expect(inputProblem(input, injectionInputShape)).toBeNull();
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
