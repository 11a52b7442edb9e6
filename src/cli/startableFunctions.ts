import type { builtFunctionNames } from '../domain/functions.js';
import { injectionInputShape } from '../domain/injectionInput.js';
import { pushCancelledInputShape } from '../domain/pushCancelledInput.js';
import type { InputShape } from '../domain/inputCheck.js';
import { retrieveInputShape } from '../domain/retrieveInput.js';

/** What the command line knows of a function that it can start. */
export interface StartableFunction {
  /** S-360's name of it. */
  readonly title: string;
  readonly does: string;
  readonly shape: InputShape;
}

export type StartableName = (typeof builtFunctionNames)[number];

export const startableFunctions: Readonly<Record<StartableName, StartableFunction>> = {
  ticketsExternalPrinting: {
    title: 'Tickets external printing',
    does: 'sends the tickets that S-360 offers to TIXNGO and marks them PRINTED and processed',
    shape: injectionInputShape,
  },
  pushCancelled: {
    title: 'Push cancelled and invalidated tickets',
    does: 'deletes in TIXNGO what S-360 has cancelled or invalidated, and waits until TIXNGO confirms',
    shape: pushCancelledInputShape,
  },
  retrieveTicketStatus: {
    title: 'Retrieve ticket status',
    does: 'stores in S-360 what happens to the tickets in the phones, with contacts and distribution history',
    shape: retrieveInputShape,
  },
};

export function isStartable(name: string): name is StartableName {
  return Object.hasOwn(startableFunctions, name);
}
