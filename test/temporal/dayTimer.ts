import { sleep } from '@temporalio/workflow';

/** Waits a day. */
export async function dayTimer(): Promise<string> {
  await sleep('1 day');
  return 'a day later';
}
