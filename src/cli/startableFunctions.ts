import { functionTitles, type FunctionName } from '../domain/functions.js';
import type { InputShape } from '../domain/inputCheck.js';
import { inputShapes } from '../domain/inputShapes.js';

/** What the command line knows of a function that it can start. */
export interface StartableFunction {
  /** S-360's name of it. */
  readonly title: string;
  readonly does: string;
  readonly shape: InputShape;
}

export type StartableName = FunctionName;

export const startableFunctions: Readonly<Record<StartableName, StartableFunction>> = {
  ticketsExternalPrinting: startable(
    'ticketsExternalPrinting',
    'sends the tickets that S-360 offers to TIXNGO and marks them PRINTED and processed',
  ),
  pushCancelled: startable(
    'pushCancelled',
    'deletes in TIXNGO what S-360 has cancelled or invalidated, and waits until TIXNGO confirms',
  ),
  pushControlled: startable(
    'pushControlled',
    'tells TIXNGO which tickets were controlled at the gates and marks them processed',
  ),
  retrieveTicketStatus: startable(
    'retrieveTicketStatus',
    'stores in S-360 what happens to the tickets in the phones, with contacts and distribution history',
  ),
  digitalPrivilegesInjection: startable(
    'digitalPrivilegesInjection',
    'sends membership cards and season tickets to TIXNGO as digital privileges and marks them PRINTED and processed',
  ),
};

function startable(name: StartableName, does: string): StartableFunction {
  return { title: functionTitles[name], does, shape: inputShapes[name] };
}

export function isStartable(name: string): name is StartableName {
  return Object.hasOwn(startableFunctions, name);
}
