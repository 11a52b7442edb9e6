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

/** Input of `pushCancelled`: one optional object; everything that is left out comes from the interface configuration. */
export interface PushCancelledInput extends RunInput, OverrideInput, DateFromInput {}

export const pushCancelledInputShape: InputShape = {
  name: 'Input of pushCancelled',
  fields: { ...runInputFields, ...overrideFields, ...dateFromField },
  check: overrideCheck(['forceTickets', 'fileToUpload', 'dateFrom']),
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
  overrideExample,
};
