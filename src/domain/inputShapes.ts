import { digitalPrivilegesInputShape } from './digitalPrivilegesInput.js';
import type { FunctionName } from './functions.js';
import { injectionInputShape } from './injectionInput.js';
import { overridesIn, type InputShape } from './inputCheck.js';
import { pushCancelledInputShape } from './pushCancelledInput.js';
import { pushControlledInputShape } from './pushControlledInput.js';
import { retrieveInputShape } from './retrieveInput.js';
import type { RunInput } from './runInput.js';

export const inputShapes: Readonly<Record<FunctionName, InputShape>> = {
  ticketsExternalPrinting: injectionInputShape,
  pushCancelled: pushCancelledInputShape,
  pushControlled: pushControlledInputShape,
  retrieveTicketStatus: retrieveInputShape,
  digitalPrivilegesInjection: digitalPrivilegesInputShape,
};

/**
 * Whether an input is meant for one run only: what an operator tries with an override of their own says nothing about the function, neither
 * that it fails nor that it works again.
 */
export function isForOneRun(name: FunctionName, input: RunInput): boolean {
  return overridesIn(input, inputShapes[name]).length > 0;
}
