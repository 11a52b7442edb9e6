/**
 * The five functions of the interface, under S-360's names, and how their executions end.
 * Source: S-360 manual, «S-360 to TIXNGO interface» (list of functions); end states: «2. Push Cancelled and Invalidated Tickets».
 */
export const functionNames = [
  'ticketsExternalPrinting',
  'pushCancelled',
  'pushControlled',
  'retrieveTicketStatus',
  'digitalPrivilegesInjection',
] as const;

export type FunctionName = (typeof functionNames)[number];

/** S-360's own words for the end of an execution, plus SKIPPED for one that was not allowed to work. */
export const endStates = ['OK', 'WARNING', 'ERROR', 'SKIPPED'] as const;

export type EndState = (typeof endStates)[number];

/** What the manual calls a function, for a person. */
export const functionTitles: Readonly<Record<FunctionName, string>> = {
  ticketsExternalPrinting: 'Tickets external printing',
  pushCancelled: 'Push cancelled and invalidated tickets',
  pushControlled: 'Push controlled tickets',
  retrieveTicketStatus: 'Retrieve ticket status',
  digitalPrivilegesInjection: 'Digital privileges injection',
};

/** The task queue that workers poll and that the Web UI's start form asks for. */
export const taskQueue = 's360-tixngo';

/** Workflow id of the one long-lived workflow that holds an institution's durable state. */
export function interfaceWorkflowId(institution: string): string {
  return `interface/${institution}`;
}
