import { describe, expect, test } from 'vitest';

import type { ClaimAnswer } from '../../src/domain/claimRequest.js';
import { pause } from '../../src/domain/pauses.js';
import type { Execution } from '../../src/domain/interfaceState.js';
import type { OverrideClaim } from '../../src/domain/overrides.js';
import { interfaceDetails } from '../../src/domain/runReport.js';
import { InterfaceForTests, runA, runB, settlingPauseMs, writer } from './interfaceForTests.js';

const override: OverrideClaim = { fingerprint: 'f1', day: '2027-05-01', today: '2027-05-01' };
const dayMs = 24 * 3_600_000;
const runC: Execution = { workflowId: 'injection', runId: 'run-c' };

/** A run with an override, from its claim to its end. */
function runs(world: InterfaceForTests, execution: Execution, given: Partial<OverrideClaim> = {}): ClaimAnswer {
  const answer = world.claim(execution, writer(), { override: { ...override, ...given } });
  if (answer.kind === 'go') world.close(execution);
  return answer;
}

describe('An override belongs to one run', () => {
  test('the same one is not taken twice; the refusal names who has taken it and how to mean it', () => {
    const world = new InterfaceForTests();
    expect(runs(world, runA).kind).toBe('go');
    world.pass(60_000);
    expect(runs(world, runB)).toEqual({
      kind: 'overrideRefused',
      code: 'OVERRIDE_USED',
      sentence:
        'The same override was taken at 2027-05-01 00:00:00 UTC by execution injection (run run-a). If it is meant once more, set again: "run-a".',
    });
    // Another one is another, and a run without any is never refused.
    expect(runs(world, runB, { fingerprint: 'f2' }).kind).toBe('go');
    expect(world.claim(runC).kind).toBe('go');
  });

  test('with "again" it is taken once more by one run, not by every run that says so', () => {
    const world = new InterfaceForTests();
    runs(world, runA);
    expect(runs(world, runB, { again: 'run-x' })).toMatchObject({ code: 'OVERRIDE_USED' });
    expect(runs(world, runB, { again: 'run-a' }).kind).toBe('go');
    const refused = runs(world, runC, { again: 'run-a' });
    expect(refused).toMatchObject({ code: 'OVERRIDE_USED', sentence: expect.stringContaining('again: "run-b"') });
    expect(runs(world, runC, { again: 'run-b' }).kind).toBe('go');
  });

  test.each([
    ['of yesterday', '2027-04-30'],
    ['of tomorrow', '2027-05-02'],
  ])('one %s is refused, also if it names the execution that it repeats', (_, day) => {
    const world = new InterfaceForTests();
    runs(world, runA);
    for (const again of [undefined, 'run-a']) {
      expect(runs(world, runB, { day, again })).toEqual({
        kind: 'overrideRefused',
        code: 'OVERRIDE_OF_ANOTHER_DAY',
        sentence: `The override is meant for ${day}, and today is 2027-05-01. If it is still meant, set overrideDay to 2027-05-01.`,
      });
    }
  });

  test('a refused one leaves nothing behind: no holder, no doubt, no run, no override', () => {
    const world = new InterfaceForTests();
    world.cleanRun();
    runs(world, runA);
    const before = world.state;
    runs(world, runB);
    runs(world, runB, { fingerprint: 'f2', day: '2027-04-30' });
    expect(world.state).toEqual(before);
    expect(world.fn).toMatchObject({ holder: null, doubts: [], runs: 2 });
  });

  test('while another run works it waits, has taken nothing, and is refused at once where it would wait in vain; a pause comes first', () => {
    const world = new InterfaceForTests();
    world.claim(runA);
    expect(runs(world, runB).kind).toBe('alreadyRunning');
    expect(runs(world, runB, { day: '2027-04-30' }).kind).toBe('overrideRefused');
    expect(world.state.overrides).toBeUndefined();
    world.close(runA);
    const paused = world.state;
    world.state = pause(world.state, '*', { by: 'on call', why: 'x', sinceMs: 0 });
    expect(runs(world, runB, { day: '2027-04-30' }).kind).toBe('paused');
    expect(runs(world, runB).kind).toBe('paused');
    world.state = paused;
    expect(runs(world, runC).kind).toBe('go');
  });

  test('the execution that has taken it goes on with it: stretches, attempts, and after midnight', () => {
    const world = new InterfaceForTests();
    world.cleanRun();
    const later = { override: { ...override, today: '2027-05-02' } };
    expect(world.claim(runA, writer(), { override }).kind).toBe('go');
    expect(world.claim(runA, writer('2'), later).kind).toBe('go');
    world.claim(runA, writer('2', 2), later);
    world.pass(settlingPauseMs);
    expect(world.claim(runA, writer('2', 3), later).kind).toBe('go');
    expect(world.state.overrides!['f1']!.usedMs).toBe(world.nowMs - settlingPauseMs);
  });

  test('a run whose file has changed goes no further with it, and the new file is nobody’s yet', () => {
    const world = new InterfaceForTests();
    expect(world.claim(runA, writer(), { override }).kind).toBe('go');
    const changed = { override: { ...override, fingerprint: 'f2' } };
    for (const again of [writer('2'), writer('2', 2)]) {
      expect(world.claim(runA, again, changed)).toMatchObject({
        kind: 'overrideRefused',
        code: 'TICKET_LIST_INVALID',
        sentence: expect.stringMatching(/^The list of tickets in the file has changed since the run began/),
      });
    }
    expect(Object.keys(world.state.overrides!)).toEqual(['f1']);
    world.close(runA, writer('2', 2));
    world.pass(settlingPauseMs);
    expect(runs(world, runB, changed.override).kind).toBe('go');
  });

  test('a refusal names the time zone of its day', () => {
    const world = new InterfaceForTests();
    const timeZone = 'Europe/Zurich';
    expect(runs(world, runA, { day: '2027-04-30', timeZone })).toMatchObject({
      sentence:
        'The override is meant for 2027-04-30, and today is 2027-05-01 (Europe/Zurich). If it is still meant, set overrideDay to 2027-05-01.',
    });
  });

  test('it is taken when the run is told to go, not while it waits; who waits over midnight may still go', () => {
    const world = new InterfaceForTests();
    expect(world.claim(runA, writer(), { override, pauseWhenNew: true }).kind).toBe('settling');
    expect(world.state.overrides).toBeUndefined();
    world.pass(settlingPauseMs);
    const later = { override: { ...override, today: '2027-05-02' } };
    expect(world.claim(runA, writer('1', 2), later).kind).toBe('go');
    expect(Object.keys(world.state.overrides!)).toEqual(['f1']);
  });

  test('a run that waited for the permission and gave it back has not taken it', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), { override, pauseWhenNew: true });
    world.close(runA, writer(), { endState: 'SKIPPED', report: undefined });
    world.pass(settlingPauseMs);
    expect(runs(world, runB).kind).toBe('go');
  });

  test('terminated, reset or failed, a run has taken it', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), { override });
    const closedHolder = { execution: runA, closedAtMs: world.nowMs };
    world.pass(settlingPauseMs);
    const refused = world.claim(runB, writer(), { override, closedHolder });
    expect(refused).toMatchObject({ kind: 'overrideRefused', code: 'OVERRIDE_USED' });
    // Whoever was seen closed blocks nobody, all the same.
    expect(world.fn.holder).toBeNull();
    const reset = { ...runA, runId: 'reset-of-a' };
    expect(runs(world, reset)).toMatchObject({ code: 'OVERRIDE_USED' });
    expect(runs(world, { workflowId: 'other', runId: runA.runId })).toMatchObject({ code: 'OVERRIDE_USED' });
  });

  test('three days are remembered, and the newest two hundred', () => {
    const world = new InterfaceForTests();
    runs(world, runA);
    world.pass(3 * dayMs);
    expect(runs(world, runB)).toMatchObject({ code: 'OVERRIDE_USED' });
    world.pass(1);
    runs(world, runB, { fingerprint: 'f2' });
    expect(Object.keys(world.state.overrides!)).toEqual(['f2']);
    for (let i = 0; i < 200; i += 1) {
      runs(world, { workflowId: 'injection', runId: `r${String(i)}` }, { fingerprint: `many-${String(i)}` });
    }
    expect(Object.keys(world.state.overrides!)).toHaveLength(200);
    expect(world.state.overrides).not.toHaveProperty('f2');
    // Taken once more, it is the newest.
    runs(world, runA, { fingerprint: 'many-0', again: 'r0' });
    runs(world, runB, { fingerprint: 'f3' });
    expect(Object.keys(world.state.overrides!)).toHaveLength(200);
    expect(world.state.overrides).toHaveProperty('many-0');
    expect(world.state.overrides).not.toHaveProperty('many-1');
  });

  test('a person reads which one was taken last, for which day and by which execution', () => {
    const world = new InterfaceForTests();
    expect(interfaceDetails('DEMO', world.state)).not.toContain('override');
    runs(world, runA);
    world.pass(60_000);
    runs(world, runB, { fingerprint: 'f2' });
    const text = interfaceDetails('DEMO', world.state);
    expect(text).toMatch(
      /Last override\n\n```\nfunction +FCDEMO ticketsExternalPrinting\n +internal name +Ticket injection/,
    );
    expect(text).toMatch(
      /for the day +2027-05-01\ntaken +2027-05-01 00:01:00 UTC\n +execution +injection\n +run +run-b/,
    );
    expect(text).not.toContain('run-a');
  });
});
