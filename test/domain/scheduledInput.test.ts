import { describe, expect, test } from 'vitest';

import { functionNames } from '../../src/domain/functions.js';
import { scheduledInputProblem, withoutOverrides, type InputShape } from '../../src/domain/inputCheck.js';
import { inputShapes } from '../../src/domain/inputShapes.js';
import { retrieveInputShape } from '../../src/domain/retrieveInput.js';

const text = { expected: 'a text', accepts: (value: unknown) => typeof value === 'string' };
const shape: InputShape = {
  name: 'Input of x',
  fields: { organization: text, dateFrom: { ...text, override: true }, forceTickets: { ...text, override: true } },
  example: {},
};

describe('What a schedule may have as input', () => {
  test.each([[undefined], [null], [{}], [{ organization: 'FCDEMO' }], [{ dateFrom: null }], [{ dateFrom: undefined }]])(
    'may: %j',
    (input) => expect(scheduledInputProblem(input, shape)).toBeNull(),
  );

  test('may not: a field for one run; the sentence says why and what to do, and no value', () => {
    expect(scheduledInputProblem({ organization: 'FCDEMO', dateFrom: 'canary' }, shape)).toBe(
      "Input of x: dateFrom is meant for one run, and this execution was started by a schedule, which would give it to every one. Take it out of the schedule's input (npm start -- schedules apply does) and start one execution with it once by hand.",
    );
  });

  test('an empty text is a value too, and all fields are named', () => {
    expect(scheduledInputProblem({ dateFrom: '', forceTickets: 'x' }, shape)).toMatch(
      /^Input of x: dateFrom and forceTickets are meant for one run, .* start one execution with them once by hand\.$/,
    );
  });

  test('the pagination key and the file of Retrieve ticket status are for one run, its skip list is not', () => {
    expect(scheduledInputProblem({ paginationKey: '' }, retrieveInputShape)).toContain('paginationKey is meant');
    expect(scheduledInputProblem({ fileToUpload: 'a.json' }, retrieveInputShape)).toContain('fileToUpload is meant');
    expect(scheduledInputProblem({ skipTickets: 'TN1', maxTicketsPerRun: 5 }, retrieveInputShape)).toBeNull();
  });

  test.each(functionNames)('no override of %s may stand in a schedule, and its skip list may', (name) => {
    const shape = inputShapes[name];
    const forEveryRun = [
      'institution',
      'organization',
      'internalName',
      'skipTickets',
      'maxTicketsPerRun',
      'fileNumber',
    ];
    const overrides = Object.keys(shape.fields).filter((field) => !forEveryRun.includes(field));
    expect(overrides).toContain('simulation');
    for (const field of overrides) {
      expect(scheduledInputProblem({ [field]: 'x' }, shape)).toContain(`: ${field} is meant for one run`);
    }
    const kept = Object.fromEntries(forEveryRun.map((field) => [field, 'x']));
    expect(scheduledInputProblem(kept, shape)).toBeNull();
    const left = withoutOverrides({ ...kept, ...Object.fromEntries(overrides.map((field) => [field, 'x'])) }, shape);
    expect(left).toEqual(kept);
  });

  test('what is switched off asks for nothing', () => {
    expect(
      scheduledInputProblem({ simulation: false, skipBadLines: false }, inputShapes.ticketsExternalPrinting),
    ).toBeNull();
  });
});
