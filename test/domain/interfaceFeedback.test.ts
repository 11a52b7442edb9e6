import { describe, expect, test } from 'vitest';

import type { FeedbackKeys } from '../../src/domain/feedbackKeys.js';
import { interfaceDetails } from '../../src/domain/runReport.js';
import { InterfaceForTests, runA, runB, settlingPauseMs, writer } from './interfaceForTests.js';

const reads = 'demo-organizer';
const feedbackOf = (organization: string) =>
  ({ organization, function: 'retrieveTicketStatus', internalName: 'Retrieve ticket status', reads }) as const;
const keysAt = (key: string): FeedbackKeys => ({ statusKey: key, contactsKey: key, waiting: null });

/** The interface of an institution with two organizations at one TIXNGO organizer. */
function feedback(): InterfaceForTests {
  return new InterfaceForTests(feedbackOf('FCDEMO'));
}

describe('The feedback keys of a TIXNGO organizer', () => {
  test('nobody knows them at first; then they are what the last report has said, for every later run', () => {
    const state = feedback();
    expect(state.claim(runA)).toMatchObject({ kind: 'go' });
    expect(state.claim(runA)).not.toHaveProperty('feedback.statusKey');
    const report = state.reportOf(runA, writer(), {
      ...feedbackOf('FCDEMO'),
      feedback: { organizer: reads, keys: keysAt('k1') },
    });
    state.report(runA, writer(), report);
    expect(state.claim(runA, writer('2'))).toMatchObject({ kind: 'go', feedback: keysAt('k1') });
    state.close(runA, writer('2'), {
      ...feedbackOf('FCDEMO'),
      report: { ...report, writer: writer('2'), feedback: { organizer: reads, keys: keysAt('k2') } },
    });
    expect(state.claim(runB)).toMatchObject({ kind: 'go', feedback: keysAt('k2') });
  });

  test('an attempt that fails keeps what it had settled', () => {
    const state = feedback();
    state.claim(runA);
    state.report(runA, writer(), {
      ...feedbackOf('FCDEMO'),
      failed: true,
      feedback: { organizer: reads, keys: keysAt('k5') },
    });
    expect(state.claim(runA, writer('1', 2))).toMatchObject({ kind: 'go', feedback: keysAt('k5') });
  });

  test('a report of an execution that does not hold the permission moves nothing', () => {
    const state = feedback();
    state.claim(runA);
    const moved = { organizer: reads, keys: keysAt('k9') };
    state.report(runB, writer(), { ...feedbackOf('FCDEMO'), feedback: moved });
    expect(state.state.feedback).toBeUndefined();
    const report = state.reportOf(runB, writer(), { ...feedbackOf('FCDEMO'), feedback: moved });
    state.close(runB, writer(), { ...feedbackOf('FCDEMO'), report });
    expect(state.state.feedback).toBeUndefined();
  });

  test('the keys of one organizer are nobody else’s', () => {
    const state = feedback();
    state.claim(runA);
    state.report(runA, writer(), { ...feedbackOf('FCDEMO'), feedback: { organizer: reads, keys: keysAt('k1') } });
    const other = { ...feedbackOf('SECOND'), reads: 'second-organizer' };
    expect(state.claim(runB, writer(), other)).not.toHaveProperty('feedback.statusKey');
  });
});

describe('One reader for a TIXNGO organizer', () => {
  test('a function of another organization finds the reader at work, and goes when it has ended', () => {
    const state = feedback();
    state.claim(runA);
    expect(state.claim(runB, writer(), feedbackOf('SECOND'))).toMatchObject({ kind: 'alreadyRunning', holder: runA });
    state.close(runA, writer(), feedbackOf('FCDEMO'));
    expect(state.claim(runB, writer(), feedbackOf('SECOND'))).toMatchObject({ kind: 'go' });
  });

  test('a reader that has ended without closing blocks no other organization', () => {
    const state = feedback();
    state.claim(runA);
    const closedHolder = { execution: runA, closedAtMs: state.nowMs };
    expect(state.claim(runB, writer(), { ...feedbackOf('SECOND'), closedHolder })).toMatchObject({ kind: 'settling' });
    state.pass(settlingPauseMs);
    expect(state.claim(runB, writer(), feedbackOf('SECOND'))).toMatchObject({ kind: 'go' });
  });

  test('another organizer, and a function that reads none, work beside it', () => {
    const state = feedback();
    state.claim(runA);
    expect(state.claim(runB, writer(), { ...feedbackOf('SECOND'), reads: 'second-organizer' })).toMatchObject({
      kind: 'go',
    });
    const injection = { ...feedbackOf('FCDEMO'), function: 'ticketsExternalPrinting', reads: undefined } as const;
    expect(state.claim({ workflowId: 'i', runId: 'i' }, writer(), injection)).toMatchObject({ kind: 'go' });
  });
});

describe('What a person reads of the feedback', () => {
  test('whether a key is kept, and how many transfers wait for their contacts, since when and how long', () => {
    const state = feedback();
    state.claim(runA);
    const waiting = { entries: 812, oldestMs: Date.UTC(2027, 4, 29, 17, 5), drainMinutes: 3 };
    const keys = { statusKey: 'k9', contactsKey: 'k1', waiting };
    state.report(runA, writer(), { ...feedbackOf('FCDEMO'), feedback: { organizer: reads, keys } });
    const text = interfaceDetails('DEMO', state.state);
    expect(text).toContain('Feedback of TIXNGO organizer **demo-organizer**');
    expect(text).toMatch(/pagination key +kept/);
    expect(text).toMatch(
      /transfers waiting for contacts +812\n +the oldest of +2027-05-29 17:05:00 UTC\n +done in about +3 min/,
    );
    expect(text).not.toContain('k9');
  });
});
