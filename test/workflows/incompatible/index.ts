import { sleep } from '@temporalio/workflow';

import { pushCancelled as pushCancelledToday } from '../../../src/workflows/pushCancelled.js';
import { pushControlled as pushControlledToday } from '../../../src/workflows/pushControlled.js';
import { ticketsExternalPrinting as injectionToday } from '../../../src/workflows/ticketsExternalPrinting.js';

/** Today's workflows with a change that no recorded history can follow: a timer before everything else. */
export async function ticketsExternalPrinting(
  input?: Parameters<typeof injectionToday>[0],
): ReturnType<typeof injectionToday> {
  await sleep('1s');
  return injectionToday(input);
}

export async function pushCancelled(
  input?: Parameters<typeof pushCancelledToday>[0],
): ReturnType<typeof pushCancelledToday> {
  await sleep('1s');
  return pushCancelledToday(input);
}

export async function pushControlled(
  input?: Parameters<typeof pushControlledToday>[0],
): ReturnType<typeof pushControlledToday> {
  await sleep('1s');
  return pushControlledToday(input);
}
