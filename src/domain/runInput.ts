import { codeField, trueOrFalse, type InputField } from './inputCheck.js';
import { parseTicketList, ticketListFormat } from './skipList.js';

/** What the inputs of all functions have in common: which function is meant, and what to leave out. */
export interface RunInput {
  /** Institution code, if the worker serves several. */
  readonly institution?: string | null;
  /** Organization code, if several are configured. */
  readonly organization?: string | null;
  /** Internal name of the function, if the organization has several of the kind. */
  readonly internalName?: string | null;
  /** Tickets to leave out: tax numbers, or `id:` and the ticket id, comma separated; added to the configured list. */
  readonly skipTickets?: string | null;
  /** Ends the run after so many tickets sent; the next one goes on. */
  readonly maxTicketsPerRun?: number | null;
  /** A preview: the whole way, with writers that refuse. */
  readonly simulation?: boolean | null;
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
  simulation: { ...trueOrFalse, override: true },
} as const satisfies Record<string, InputField>;
