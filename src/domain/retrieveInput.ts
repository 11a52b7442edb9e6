import type { InputShape } from './inputCheck.js';
import { isUploadName } from './overrideInput.js';
import { runInputFields, type RunInput } from './runInput.js';

/** Input of `retrieveTicketStatus`: one optional object; everything that is left out comes from the interface configuration. */
export interface RetrieveInput extends RunInput {
  /** For this run only: where in TIXNGO's stream it begins; an empty text is the beginning. */
  readonly paginationKey?: string | null;
  /** Name of a file in the worker's upload directory; its entries are taken as if TIXNGO had returned them. */
  readonly fileToUpload?: string | null;
}

/** A longer key is not kept with a parked ticket: the state must stay small. */
export const longestKeptKey = 200;

export const retrieveInputShape: InputShape = {
  name: 'Input of retrieveTicketStatus',
  fields: {
    ...runInputFields,
    paginationKey: {
      override: true,
      expected: 'a pagination key as TIXNGO gave it, or an empty text for the beginning of the stream',
      accepts: (value) => typeof value === 'string' && value.length <= 2_000 && !/[\s@]/.test(value),
    },
    fileToUpload: {
      override: true,
      expected: 'the name of a file in the upload directory of the workers, such as "feedback.json"',
      accepts: isUploadName,
    },
  },
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
};
