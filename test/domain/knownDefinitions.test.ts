import { describe, expect, test } from 'vitest';

import type { ClaimAnswer } from '../../src/domain/claimRequest.js';
import type { KnownDefinitions } from '../../src/domain/knownDefinitions.js';
import { interfaceDetails } from '../../src/domain/runReport.js';
import { InterfaceForTests, runA, runB, settlingPauseMs, writer } from './interfaceForTests.js';

const organizer = 'demo-organizer';
const asks = { definitionsOf: organizer };
const wrote = (known: Record<string, string>, of = organizer) => ({ definitions: { organizer: of, known } });

function told(answer: ClaimAnswer): KnownDefinitions | undefined {
  if (answer.kind !== 'go') throw new Error(`expected go, got ${answer.kind}`);
  return answer.definitions;
}

describe('The privilege definitions that a TIXNGO organizer has', () => {
  test('none at first; then what was written, for every later run and every organization of the organizer', () => {
    const world = new InterfaceForTests();
    expect(told(world.claim(runA, writer(), asks))).toEqual({});
    world.report(runA, writer(), wrote({ 'SEASON-27': 'a', 'MEMBER-27': 'b' }));
    world.claim(runA, writer('2'), asks);
    world.close(runA, writer('2'), { report: world.reportOf(runA, writer('2'), wrote({ 'SEASON-27': 'c' })) });
    const definitions = { 'SEASON-27': 'c', 'MEMBER-27': 'b' };
    expect(told(world.claim(runB, writer(), asks))).toEqual(definitions);
    expect(told(world.claim(runB, writer(), { ...asks, organization: 'FCOTHER' }))).toEqual(definitions);
  });

  test('nobody else’s are told, and none to a function that has not asked', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), asks);
    world.report(runA, writer(), wrote({ x: 'a' }));
    expect(told(world.claim(runA, writer('2'), { definitionsOf: 'second-organizer' }))).toEqual({});
    expect(told(world.claim(runA, writer('3'), { definitionsOf: 'constructor' }))).toEqual({});
    expect(told(world.claim(runA, writer('4')))).toBeUndefined();
  });

  test('an attempt that fails has written what it has written', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), asks);
    world.report(runA, writer(), { failed: true, ...wrote({ x: 'a' }) });
    expect(told(world.claim(runA, writer('1', 2), asks))).toEqual({ x: 'a' });
  });

  test('an execution that does not hold the permission says nothing of them', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), asks);
    world.report(runB, writer(), wrote({ x: 'a' }));
    world.close(runB, writer(), { report: world.reportOf(runB, writer(), wrote({ x: 'a' })) });
    expect(world.state.definitions).toBeUndefined();
  });

  test('at most a thousand of an organizer; those beyond are written once more', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), asks);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`P-${String(i)}`, 'a']));
    world.report(runA, writer(), wrote(many));
    world.report(runA, writer(), wrote({ new: 'b', 'P-0': 'c' }));
    world.report(runA, writer(), wrote({ x: 'a' }, 'second-organizer'));
    const known = world.state.definitions![organizer]!;
    expect(Object.keys(known)).toHaveLength(1_000);
    expect(known).toMatchObject({ new: 'b', 'P-0': 'c', 'P-2': 'a' });
    expect(known).not.toHaveProperty('P-1');
    expect(interfaceDetails('DEMO', world.state)).toContain(
      'Privilege definitions that TIXNGO has: 1000 of organizer **demo-organizer**, 1 of organizer **second-organizer**',
    );
  });

  test('after a reset of the interface workflow they are written once more: a later one may be forgotten', () => {
    const world = new InterfaceForTests();
    world.claim(runA, writer(), asks);
    world.report(runA, writer(), wrote({ x: 'a' }));
    const reset = { ...asks, interfaceResetAtMs: world.nowMs };
    expect(world.claim(runA, writer('2'), reset).kind).toBe('settling');
    world.pass(settlingPauseMs);
    expect(told(world.claim(runA, writer('2', 2), reset))).toEqual({});
  });
});
