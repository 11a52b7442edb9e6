import type { InputShape } from './inputCheck.js';
import {
  dateFromField,
  overrideCheck,
  overrideExample,
  overrideFields,
  type DateFromInput,
  type OverrideInput,
} from './overrideInput.js';
import { runInputFields, type RunInput } from './runInput.js';

/** Input of `pushControlled`: one optional object; everything that is left out comes from the interface configuration. */
export interface PushControlledInput extends RunInput, OverrideInput, DateFromInput {}

export const pushControlledInputShape: InputShape = {
  name: 'Input of pushControlled',
  fields: { ...runInputFields, ...overrideFields, ...dateFromField },
  check: overrideCheck(['forceTickets', 'fileToUpload', 'dateFrom']),
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
  overrideExample,
};
