import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { OwnExecution } from '../../src/activities/ownExecution.js';

const me = { workflowId: 'injection', runId: 'run-a', activityId: '2', attempt: 1 };
const chain = 'chain-a';

/** What Temporal says of the execution, and of the interface workflow that has permitted it. */
interface Said {
  status: string;
  attempt: number | null;
  chain: string;
  /** How long its answer takes. */
  afterMs: number;
}

/** A Temporal that is asked, and counts how often. */
function temporal() {
  const said: Said = { status: 'RUNNING', attempt: 1, chain, afterMs: 0 };
  const asked: string[] = [];
  const describeOf = (workflowId: string) => (): Promise<object> => {
    asked.push(workflowId);
    vi.setSystemTime(Date.now() + said.afterMs);
    const pendingActivities = said.attempt === null ? [] : [{ activityId: me.activityId, attempt: said.attempt }];
    return Promise.resolve({
      status: { name: said.status },
      raw: { pendingActivities, workflowExecutionInfo: { firstRunId: said.chain } },
    });
  };
  const client = {
    workflow: { getHandle: (workflowId: string) => ({ describe: describeOf(workflowId) }) },
    withDeadline: (_deadline: number, call: () => unknown) => call(),
  } as unknown as Client;
  const permittedBy = { workflowId: 'interface', chain, resetAtMs: undefined };
  return { said, asked, own: new OwnExecution(client, me, permittedBy) };
}

const lost = { type: 'PERMISSION_LOST', nonRetryable: false };

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('A look at one’s own execution before a write', () => {
  test('permits the writes of the next five seconds, and is repeated then', async () => {
    const { own, asked } = temporal();
    await own.assertMine();
    vi.setSystemTime(Date.now() + 4_000);
    await own.assertMine();
    expect(asked).toEqual(['injection', 'interface']);
    vi.setSystemTime(Date.now() + 1_000);
    await own.assertMine();
    expect(asked).toHaveLength(4);
  });

  test.each<[string, Partial<Said>]>([
    ['the execution is terminated', { status: 'TERMINATED' }],
    ['another attempt works', { attempt: 2 }],
    ['the activity is over', { attempt: null }],
    ['the interface workflow was started anew', { chain: 'chain-b' }],
    ['the answer is of five seconds ago', { afterMs: 5_000 }],
  ])('permits nothing if %s', async (_what, change) => {
    const { own, said } = temporal();
    Object.assign(said, change);
    await expect(own.assertMine()).rejects.toMatchObject(lost);
    expect(own.mayBegin()).toBe(false);
  });

  test('a process that stood still since asks again, and begins no write meanwhile', async () => {
    const { own, said } = temporal();
    await own.assertMine();
    expect(own.mayBegin()).toBe(true);
    vi.setSystemTime(Date.now() + 7_000);
    expect(own.mayBegin()).toBe(false);
    said.attempt = 2;
    await expect(own.assertMine()).rejects.toMatchObject(lost);
  });
});
