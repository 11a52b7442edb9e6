import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTixngoSandbox, type TixngoSandbox } from '../../../sandbox/tixngo/sandbox.js';
import { smallTicket } from '../tixngo/ticketsForTests.js';

let tixngo: TixngoSandbox;
const children: ChildProcess[] = [];

beforeAll(async () => {
  tixngo = await startTixngoSandbox();
});
afterEach(async () => {
  await fetch(`${tixngo.controlUrl}/signals`, { method: 'DELETE' });
  await fetch(`${tixngo.controlUrl}/faults`, { method: 'DELETE' });
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => tixngo.close());

/** A process that does nothing but live. */
async function victim(): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("."); setInterval(() => {}, 1000)']);
  children.push(child);
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

async function order(signals: readonly object[]): Promise<{ status: number; body: Shown & { message?: string } }> {
  const answer = await fetch(`${tixngo.controlUrl}/signals`, { method: 'POST', body: JSON.stringify({ signals }) });
  return { status: answer.status, body: (await answer.json()) as Shown };
}

interface Shown {
  readonly signals: readonly {
    readonly firedAt: string | null;
    readonly error: string | null;
    readonly seen: number;
    readonly accepted: number;
  }[];
}

async function shown(): Promise<Shown['signals']> {
  return ((await (await fetch(`${tixngo.controlUrl}/signals`)).json()) as Shown).signals;
}

let issued = 0;
/** Injects so many new tickets. */
async function inject(count: number): Promise<{ status: number; results: number }> {
  const tickets = Array.from({ length: count }, () => {
    issued += 1;
    return smallTicket(`S-${String(issued)}`);
  });
  const answer = await fetch(tixngo.url, {
    method: 'POST',
    headers: { 'x-api-key': 'sandbox-api-key' },
    body: JSON.stringify({ tickets }),
  });
  const { results } = (await answer.json()) as { results?: unknown[] };
  return { status: answer.status, results: results?.length ?? 0 };
}

const written = async () =>
  ((await (await fetch(`${tixngo.controlUrl}/counters`)).json()) as { ticketWrites: number }).ticketWrites;

/** The state letter of a process: T is stopped (proc(5)). */
const stateOf = (pid: number) => readFileSync(`/proc/${String(pid)}/stat`, 'utf8').replace(/^.*\) /, '')[0];

describe('a signal to a process', () => {
  it('is sent when the nth call has been applied, once', async () => {
    const child = await victim();
    const end = once(child, 'exit');
    await order([{ pid: child.pid, signal: 'SIGKILL', operation: 'tickets.inject', when: 'after', count: 2 }]);
    await inject(1);
    expect(await shown()).toMatchObject([{ seen: 1, firedAt: null }]);
    expect(child.signalCode).toBeNull();
    const before = await written();
    // The call goes on: what was sent cannot be called back.
    expect(await inject(3)).toEqual({ status: 200, results: 3 });
    expect(await written()).toBe(before + 3);
    expect(await end).toEqual([null, 'SIGKILL']);
    await inject(1);
    expect(await shown()).toMatchObject([{ seen: 3, firedAt: expect.any(String), error: null }]);
  });

  it('is sent before the call is applied, so that a fault can take the call with it', async () => {
    const child = await victim();
    const end = once(child, 'exit');
    await fetch(`${tixngo.controlUrl}/faults`, {
      method: 'POST',
      body: JSON.stringify({ rules: [{ operation: 'tickets.inject', fault: { kind: 'reset' } }] }),
    });
    await order([{ pid: child.pid, signal: 'SIGTERM', operation: 'tickets.*', when: 'before' }]);
    const before = await written();
    await expect(inject(1)).rejects.toThrow();
    expect(await end).toEqual([null, 'SIGTERM']);
    expect(await written()).toBe(before);
  });

  it('is sent with the nth accepted ticket, over several calls, and refused tickets do not count', async () => {
    const child = await victim();
    const end = once(child, 'exit');
    await order([{ pid: child.pid, signal: 'SIGKILL', operation: 'tickets.inject', acceptedTickets: 6 }]);
    await inject(4);
    await fetch(tixngo.url, {
      method: 'POST',
      headers: { 'x-api-key': 'sandbox-api-key' },
      body: JSON.stringify({ tickets: [{}, {}, {}] }),
    });
    expect(await shown()).toMatchObject([{ accepted: 4, firedAt: null }]);
    await inject(4);
    expect(await end).toEqual([null, 'SIGKILL']);
    expect(await shown()).toMatchObject([{ accepted: 8, firedAt: expect.any(String) }]);
  });

  it('can freeze a process and wake it again', async () => {
    const child = await victim();
    await order([
      { pid: child.pid, signal: 'SIGSTOP', operation: 'tickets.inject', count: 1 },
      { pid: child.pid, signal: 'SIGCONT', operation: 'tickets.inject', when: 'before', count: 2 },
    ]);
    await inject(1);
    expect(stateOf(child.pid)).toBe('T');
    await inject(1);
    expect(stateOf(child.pid)).not.toBe('T');
  });

  it('waits for a call that was applied: one that a fault has swallowed does not count', async () => {
    const child = await victim();
    await fetch(`${tixngo.controlUrl}/faults`, {
      method: 'POST',
      body: JSON.stringify({ rules: [{ operation: '*', fault: { kind: 'status', status: 503 }, nth: 1 }] }),
    });
    await order([{ pid: child.pid, signal: 'SIGKILL', operation: 'tickets.inject' }]);
    expect((await inject(1)).status).toBe(503);
    expect(await shown()).toMatchObject([{ seen: 0, firedAt: null }]);
    const end = once(child, 'exit');
    await inject(1);
    expect(await end).toEqual([null, 'SIGKILL']);
  });

  it('only for the call that carries a text', async () => {
    const child = await victim();
    await order([
      { pid: child.pid, signal: 'SIGKILL', operation: '*', bodyContains: `"S-${String(issued + 2)}"`, when: 'before' },
    ]);
    await inject(1);
    expect(await shown()).toMatchObject([{ seen: 0 }]);
    const end = once(child, 'exit');
    await inject(1);
    expect(await end).toEqual([null, 'SIGKILL']);
  });

  it('that is not there any more is told', async () => {
    const child = await victim();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await order([{ pid: child.pid, signal: 'SIGTERM', operation: 'tickets.inject' }]);
    expect((await inject(1)).status).toBe(200);
    expect(await shown()).toMatchObject([{ firedAt: expect.any(String), error: 'ESRCH' }]);
  });

  it.each([
    [{ pid: 1 }, 'signals[0].pid: '],
    [{ pid: 0 }, 'signals[0].pid: '],
    [{ pid: -5 }, 'signals[0].pid: '],
    [{ signal: 'SIGHUP' }, 'signals[0].signal: '],
    [{ operation: 'tickets.eat' }, 'signals[0].operation: no operation has this name'],
    [{ count: 1, acceptedTickets: 1 }, 'count or acceptedTickets'],
    [{ when: 'before', acceptedTickets: 1 }, 'acceptedTickets goes with'],
    [{ when: 'during' }, 'signals[0].when: '],
  ])('is refused with %j', async (wrong, sentence) => {
    const { status, body } = await order([
      { pid: 4_000_000, signal: 'SIGTERM', operation: 'tickets.inject', ...wrong },
    ]);
    expect([status, body.message]).toEqual([400, expect.stringContaining(sentence)]);
    expect(await shown()).toEqual([]);
  });

  it('can be taken back', async () => {
    const child = await victim();
    await order([{ pid: child.pid, signal: 'SIGKILL', operation: 'tickets.inject' }]);
    await fetch(`${tixngo.controlUrl}/signals`, { method: 'DELETE' });
    await inject(1);
    expect([await shown(), child.exitCode, child.signalCode]).toEqual([[], null, null]);
  });
});

it('broke its own contract nowhere', () => {
  expect(tixngo.violations()).toEqual([]);
});
