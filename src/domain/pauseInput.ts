import { functionNames, type FunctionName } from './functions.js';
import { codeField, sentenceField, type InputField, type InputShape } from './inputCheck.js';

/** What a pause or a resume is about: everything, one organization, or one function of it. */
export interface ResumeInput {
  readonly organization?: string | null;
  readonly function?: FunctionName | null;
}

export interface PauseInput extends ResumeInput {
  /** Who pauses: a role or initials. No e-mail address. */
  readonly by: string;
  readonly why: string;
}

const functionField: InputField = {
  expected: `one of ${functionNames.join(', ')}`,
  accepts: (value) => functionNames.includes(value as FunctionName),
};

export const resumeInputShape: InputShape = {
  name: 'Input of resume',
  fields: { organization: codeField, function: functionField },
  example: { organization: 'FCDEMO', function: 'ticketsExternalPrinting' },
};

export const pauseInputShape: InputShape = {
  name: 'Input of pause',
  fields: {
    ...resumeInputShape.fields,
    by: sentenceField('a role or initials, such as "on call" (no e-mail address)'),
    why: sentenceField('the reason, such as "TIXNGO maintenance until 18:00" (no e-mail address)'),
  },
  example: { organization: 'FCDEMO', by: 'on call', why: 'TIXNGO maintenance until 18:00' },
};

/** A function without its organization would be ambiguous. */
export function scopeProblem(input: ResumeInput): string | null {
  return input.function !== undefined && input.function !== null && (input.organization ?? null) === null
    ? 'organization is missing: a function is paused or resumed in one organization; leave both out for everything.'
    : null;
}
