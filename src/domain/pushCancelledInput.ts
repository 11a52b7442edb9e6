import { runInputFields } from './injectionInput.js';
import type { InputShape } from './inputCheck.js';

/** Input of `pushCancelled`: one optional object; everything that is left out comes from the interface configuration. */
export const pushCancelledInputShape: InputShape = {
  name: 'Input of pushCancelled',
  fields: runInputFields,
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
};
