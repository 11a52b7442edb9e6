import { describe, expect, test } from 'vitest';

import { scheduledInputProblem, type InputShape } from '../../src/domain/inputCheck.js';
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
});
