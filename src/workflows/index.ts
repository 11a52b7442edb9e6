/** The entry of the workflow bundle: every workflow type that the Web UI's start form can name. */
export { digitalPrivilegesInjection } from './digitalPrivilegesInjection.js';
export { interfaceWorkflow } from './interfaceWorkflow.js';
export { pushCancelled } from './pushCancelled.js';
export { pushControlled } from './pushControlled.js';
export { retrieveTicketStatus } from './retrieveTicketStatus.js';
export { ticketsExternalPrinting } from './ticketsExternalPrinting.js';
