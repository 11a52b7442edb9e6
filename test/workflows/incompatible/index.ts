import { sleep } from '@temporalio/workflow';

import { ticketsExternalPrinting as today } from '../../../src/workflows/ticketsExternalPrinting.js';

/** Today's workflow with a change that no recorded history can follow: a timer before everything else. */
export async function ticketsExternalPrinting(input?: Parameters<typeof today>[0]): ReturnType<typeof today> {
  await sleep('1s');
  return today(input);
}
