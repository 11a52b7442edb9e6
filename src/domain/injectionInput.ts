import type { InputShape } from './inputCheck.js';
import { overrideCheck, overrideExample, overrideFields, type OverrideInput } from './overrideInput.js';
import { runInputFields, type RunInput } from './runInput.js';

/** Input of `ticketsExternalPrinting`: one optional object; everything that is left out comes from the interface configuration. */
export interface InjectionInput extends RunInput, OverrideInput {
  /** Only this file (order); all filters are then ignored. */
  readonly fileNumber?: string | null;
}

export const injectionInputShape: InputShape = {
  name: 'Input of ticketsExternalPrinting',
  fields: {
    ...runInputFields,
    ...overrideFields,
    fileNumber: {
      expected: 'the file number as a text of digits, such as "4711001"',
      accepts: (value) => typeof value === 'string' && /^\d{1,19}$/.test(value),
    },
  },
  check: overrideCheck(['forceTickets', 'fileToUpload']),
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
  overrideExample,
};
