import { codeField, type InputShape } from './inputCheck.js';
import { parseTicketList, ticketListFormat } from './skipList.js';

/** Input of `ticketsExternalPrinting`: one optional object; everything that is left out comes from the interface configuration. */
export interface InjectionInput {
  /** Institution code, if the worker serves several. */
  readonly institution?: string | null;
  /** Organization code, if several are configured. */
  readonly organization?: string | null;
  /** Internal name of the function, if the organization has several injections. */
  readonly internalName?: string | null;
  /** Only this file (order); all filters are then ignored. */
  readonly fileNumber?: string | null;
  /** Tickets to leave out: tax numbers, or `id:` and the ticket id, comma separated; added to the configured list. */
  readonly skipTickets?: string | null;
  /** Ends the run after so many tickets sent; the next one goes on. */
  readonly maxTicketsPerRun?: number | null;
}

export const injectionInputShape: InputShape = {
  name: 'Input of ticketsExternalPrinting',
  fields: {
    institution: codeField,
    organization: codeField,
    internalName: { ...codeField, expected: 'the internal name of a function, such as "Ticket injection"' },
    fileNumber: {
      expected: 'the file number as a text of digits, such as "4711001"',
      accepts: (value) => typeof value === 'string' && /^\d{1,19}$/.test(value),
    },
    skipTickets: {
      expected: `${ticketListFormat}, such as "TN0000012345,id:10228305000005"`,
      accepts: (value) => typeof value === 'string' && !('badEntry' in parseTicketList(value)),
    },
    maxTicketsPerRun: {
      expected: 'a whole number from 1 to 10000000',
      accepts: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 10_000_000,
    },
  },
  example: { organization: 'FCDEMO', skipTickets: 'TN0000012345,id:10228305000005' },
};
