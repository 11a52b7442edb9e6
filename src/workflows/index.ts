/** The entry of the workflow bundle: every workflow type that the Web UI's start form can name. */
export { interfaceWorkflow } from './interfaceWorkflow.js';
export { pushCancelled } from './pushCancelled.js';
export { retrieveTicketStatus } from './retrieveTicketStatus.js';
export { ticketsExternalPrinting } from './ticketsExternalPrinting.js';
