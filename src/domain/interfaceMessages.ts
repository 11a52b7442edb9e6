import type { InterfaceState } from './interfaceState.js';

/** Names by which activities, the command line and the Web UI address the interface workflow. */
export const interfaceWorkflowType = 'interfaceWorkflow';
export const claimUpdateName = 'claim';
export const reportUpdateName = 'report';
export const closeUpdateName = 'close';
export const reserveUpdateName = 'reserveCalls';
export const pauseUpdateName = 'pause';
export const resumeUpdateName = 'resume';
export const stateQueryName = 'state';
export const functionCalmQueryName = 'functionCalm';
export const askWaitQueryName = 'askWait';
export const unsentMailsQueryName = 'unsentMails';

/** The one argument of the interface workflow; `state` is what a run hands to the one that continues it. */
export interface InterfaceStart {
  readonly institution: string;
  readonly state?: InterfaceState;
}

/** How the answer of a resume begins that found nothing to resume. */
export const nothingWasPaused = 'Nothing was paused under';
