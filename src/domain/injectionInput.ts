import { codeField, type InputField, type InputShape } from './inputCheck.js';
import type { RunInput } from './runInput.js';
import { parseTicketList, ticketListFormat } from './skipList.js';

/** Input of `ticketsExternalPrinting`: one optional object; everything that is left out comes from the interface configuration. */
export interface InjectionInput extends RunInput {
  /** Only this file (order); all filters are then ignored. */
  readonly fileNumber?: string | null;
}

/** The fields that every function's input has. */
export const runInputFields = {
  institution: codeField,
  organization: codeField,
  internalName: { ...codeField, expected: 'the internal name of a function, such as "Ticket injection"' },
  skipTickets: {
    expected: `${ticketListFormat}, such as "TN0000012345,id:10228305000005"`,
    accepts: (value: unknown) => typeof value === 'string' && !('badEntry' in parseTicketList(value)),
  },
  maxTicketsPerRun: {
    expected: 'a whole number from 1 to 10000000',
    accepts: (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000_000,
  },
} as const satisfies Record<string, InputField>;

export const injectionInputShape: InputShape = {
  name: 'Input of ticketsExternalPrinting',
  fields: {
    ...runInputFields,
    fileNumber: {
      expected: 'the file number as a text of digits, such as "4711001"',
      accepts: (value) => typeof value === 'string' && /^\d{1,19}$/.test(value),
    },
  },
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
};
