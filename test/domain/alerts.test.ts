import { describe, expect, it } from 'vitest';

import {
  isGivenUp,
  mostUnsentMails,
  noteEnd,
  unsentMails,
  withoutMails,
  type AlertState,
  type EndedExecution,
} from '../../src/domain/alerts.js';
import { interfaceDetails } from '../../src/domain/runReport.js';
import { InterfaceForTests, runA, runB, writer } from './interfaceForTests.js';

const minuteMs = 60_000;
const start = Date.UTC(2027, 4, 1, 10);

/** One interface whose executions end as a test says; each has a run id of its own unless one is given. */
class Ends {
  state: AlertState = {};
  nowMs = start;
  private runs = 0;

  end(endState: EndedExecution['endState'], given: Partial<EndedExecution> = {}, held = true): void {
    this.runs += 1;
    const ended: EndedExecution = {
      organization: 'FCDEMO',
      function: 'pushCancelled',
      internalName: 'Push cancelled',
      execution: { workflowId: 'push', runId: `run-${String(this.runs)}` },
      endState,
      counts: { sent: 3, parked: 1 },
      message: 'The system refused our key or secret.',
      ...(endState === 'ERROR' ? { code: 'ACCESS_REFUSED' } : {}),
      notify: 'errors',
      ...given,
    };
    this.state = noteEnd(this.state, ended, held, this.nowMs);
  }

  pass(minutes: number): void {
    this.nowMs += minutes * minuteMs;
  }

  /** What a mail server would have got since the last time. */
  sent(): string[] {
    const mails = unsentMails(this.state);
    this.state = withoutMails(
      this.state,
      mails.map(({ id }) => id),
    );
    return mails.map(({ kind, endState }) => `${kind} ${endState}`);
  }

  get failing() {
    return Object.values(this.state.alerts?.failing ?? {});
  }
}

describe('when a mail is due', () => {
  it('300 failures are one mail, and the first success is one', () => {
    const ends = new Ends();
    ends.end('OK');
    expect(ends.sent()).toEqual([]);
    for (let i = 0; i < 300; i += 1) ends.end('ERROR');
    expect(ends.failing).toMatchObject([{ failedExecutions: 300, sinceMs: start }]);
    expect(ends.sent()).toEqual(['failed ERROR']);
    ends.end('OK');
    ends.end('OK');
    expect(ends.sent()).toEqual(['recovered OK']);
    expect(ends.failing).toEqual([]);
  });

  it('still failing: once, with the first failure at least an hour after the first mail', () => {
    const ends = new Ends();
    ends.end('ERROR');
    expect(ends.sent()).toEqual(['failed ERROR']);
    ends.pass(59);
    ends.end('ERROR');
    expect(ends.sent()).toEqual([]);
    ends.pass(1);
    ends.end('ERROR');
    expect(ends.sent()).toEqual(['stillFailing ERROR']);
    ends.pass(600);
    ends.end('ERROR');
    expect(ends.sent()).toEqual([]);
    ends.end('WARNING');
    expect(ends.sent()).toEqual(['recovered WARNING']);
  });

  it('a failure after a recovery is told anew', () => {
    const ends = new Ends();
    for (const endState of ['ERROR', 'OK', 'ERROR'] as const) {
      ends.end(endState);
      expect(ends.sent()).toHaveLength(1);
    }
    expect(ends.failing).toMatchObject([{ failedExecutions: 1 }]);
  });

  it('an execution that was skipped, or cancelled by a person, changes nothing', () => {
    const ends = new Ends();
    ends.end('ERROR', { code: 'CANCELLED' });
    ends.end('SKIPPED');
    expect(ends.state).toEqual({});
    ends.end('ERROR');
    const before = ends.state;
    ends.end('SKIPPED');
    ends.end('ERROR', { code: 'CANCELLED' });
    expect(ends.state).toBe(before);
  });

  it('without recipients nothing is kept; once there are some, the next failure is told', () => {
    const ends = new Ends();
    ends.end('ERROR', { notify: undefined });
    ends.pass(120);
    ends.end('ERROR', { notify: undefined });
    expect(ends.sent()).toEqual([]);
    ends.end('ERROR');
    expect(unsentMails(ends.state)).toMatchObject([{ kind: 'failed', sinceMs: start, failedExecutions: 3 }]);
    ends.end('OK', { notify: undefined });
    expect(ends.failing).toEqual([]);
  });

  it('a recovery is told only to those who were told of the failure', () => {
    const ends = new Ends();
    ends.end('ERROR', { notify: undefined });
    ends.end('OK');
    expect(ends.sent()).toEqual([]);
  });

  it('functions are told apart by organization, function and internal name', () => {
    const ends = new Ends();
    ends.end('ERROR');
    ends.end('ERROR', { organization: 'FCOTHER' });
    ends.end('ERROR', { function: 'ticketsExternalPrinting' });
    ends.end('ERROR', { internalName: 'Push cancelled, second' });
    expect(ends.sent()).toEqual(['failed ERROR', 'failed ERROR', 'failed ERROR', 'failed ERROR']);
    ends.end('OK', { organization: 'FCOTHER' });
    expect(unsentMails(ends.state)).toMatchObject([{ kind: 'recovered', organization: 'FCOTHER' }]);
  });

  it('a function that was taken out of the configuration while it failed is forgotten', () => {
    const ends = new Ends();
    ends.end('ERROR', { internalName: 'Old name' });
    ends.end('ERROR', { organization: 'FCOTHER', internalName: 'Old name' });
    ends.end('OK', { configuredNames: ['Push cancelled'] });
    expect(ends.failing).toMatchObject([{ organization: 'FCOTHER' }]);
  });
});

describe('parked tickets (WARNING)', () => {
  it('are no failure unless emailOnWarning says so', () => {
    const ends = new Ends();
    ends.end('WARNING');
    expect(ends.sent()).toEqual([]);
    ends.end('WARNING', { notify: 'errorsAndWarnings' });
    ends.end('WARNING', { notify: 'errorsAndWarnings' });
    expect(ends.sent()).toEqual(['failed WARNING']);
    ends.pass(61);
    ends.end('WARNING', { notify: 'errorsAndWarnings' });
    expect(ends.sent()).toEqual(['stillFailing WARNING']);
    ends.end('OK', { notify: 'errorsAndWarnings' });
    expect(ends.sent()).toEqual(['recovered OK']);
  });

  it('an ERROR after weeks of parked tickets is told, and that it is over', () => {
    const ends = new Ends();
    ends.end('WARNING', { notify: 'errorsAndWarnings' });
    ends.pass(20_000);
    ends.sent();
    ends.end('ERROR', { notify: 'errorsAndWarnings' });
    expect(ends.sent()).toEqual(['failed ERROR']);
    ends.end('WARNING', { notify: 'errorsAndWarnings' });
    expect(ends.sent()).toEqual(['failed WARNING']);
  });

  it('of an execution that has lost its permission say nothing', () => {
    const ends = new Ends();
    ends.end('WARNING', { notify: 'errorsAndWarnings' }, false);
    expect(ends.state).toEqual({});
  });
});

describe('an execution that is told of twice', () => {
  const execution = { workflowId: 'push', runId: 'the-same' };

  it('counts once', () => {
    const ends = new Ends();
    ends.end('ERROR', { execution });
    ends.end('ERROR', { execution });
    ends.end('ERROR', { execution }, false);
    expect(ends.failing).toMatchObject([{ failedExecutions: 1 }]);
  });

  it('counts once also if another one has succeeded in between', () => {
    const ends = new Ends();
    ends.end('ERROR', { execution });
    ends.end('OK');
    ends.sent();
    ends.end('ERROR', { execution }, false);
    expect(ends.failing).toEqual([]);
    expect(ends.sent()).toEqual([]);
  });
});

describe('unsent mails', () => {
  it('a newer change of state replaces an older one of the same function: one mail says both', () => {
    const ends = new Ends();
    ends.end('ERROR');
    ends.end('ERROR', { internalName: 'Another' });
    ends.pass(30);
    ends.end('ERROR');
    ends.end('OK');
    const [another, both] = unsentMails(ends.state);
    expect(another).toMatchObject({ internalName: 'Another', kind: 'failed', replaces: 0 });
    expect(both).toMatchObject({
      kind: 'recovered',
      sinceMs: start,
      atMs: start + 30 * minuteMs,
      failedExecutions: 2,
      last: { code: 'ACCESS_REFUSED', message: 'The system refused our key or secret.' },
      replaces: 1,
    });
    ends.end('ERROR');
    expect(unsentMails(ends.state).at(-1)).toMatchObject({ kind: 'failed', failedExecutions: 1, replaces: 2 });
  });

  it('are bounded, and what they quote too', () => {
    const ends = new Ends();
    for (let i = 0; i < mostUnsentMails + 50; i += 1) {
      ends.end('ERROR', { internalName: `Function ${String(i)}`, message: 'x'.repeat(100_000) });
    }
    const mails = unsentMails(ends.state);
    expect(mails).toHaveLength(mostUnsentMails);
    expect(mails.at(-1)).toMatchObject({ internalName: `Function ${String(mostUnsentMails + 49)}` });
    expect(JSON.stringify(mails).length).toBeLessThan(mostUnsentMails * 1_200);
  });

  it('have an id of their own, the same for the same change of state', () => {
    const ids = (): string[] => {
      const ends = new Ends();
      ends.end('ERROR');
      ends.end('ERROR', { internalName: 'Another' });
      return unsentMails(ends.state).map(({ id }) => id);
    };
    expect(new Set(ids()).size).toBe(2);
    expect(ids()).toEqual(ids());
  });

  it('that are refused for good are given up after a day', () => {
    const ends = new Ends();
    ends.end('ERROR');
    const [mail] = unsentMails(ends.state);
    expect(isGivenUp(mail!, start + 24 * 60 * minuteMs - 1)).toBe(false);
    expect(isGivenUp(mail!, start + 24 * 60 * minuteMs)).toBe(true);
  });
});

describe('in the state of the interface', () => {
  it('an execution that failed before it asked for permission counts, and takes nobody’s permission away', () => {
    const state = new InterfaceForTests();
    state.claim(runA);
    state.close(runB, writer(), { endState: 'ERROR', code: 'OPERATION_NOT_CONFIGURED', notify: 'errors' });
    expect(state.fn.holder?.execution).toEqual(runA);
    expect(unsentMails(state.state)).toMatchObject([{ kind: 'failed', last: { code: 'OPERATION_NOT_CONFIGURED' } }]);
    expect(state.close(runA, writer(), { notify: 'errors' })).toEqual({ closed: true });
    expect(unsentMails(state.state)).toMatchObject([{ kind: 'recovered' }]);
  });

  it('what an operator tries with a key or a file of their own is neither a failure of the function nor its recovery', () => {
    const state = new InterfaceForTests();
    state.cleanRun();
    const success = state.fn.lastSuccessMs;
    state.pass(60_000);
    state.claim(runA);
    state.close(runA, writer(), { endState: 'ERROR', code: 'FILE_NOT_FOUND', notify: 'errors', forOneRun: true });
    expect(unsentMails(state.state)).toEqual([]);

    state.claim(runB);
    state.close(runB, writer(), { endState: 'ERROR', code: 'ACCESS_REFUSED', notify: 'errors' });
    const upload = { workflowId: 'upload', runId: 'upload' };
    state.claim(upload);
    state.close(upload, writer(), { notify: 'errors', forOneRun: true });
    expect(unsentMails(state.state)).toMatchObject([{ kind: 'failed', last: { code: 'ACCESS_REFUSED' } }]);
    expect(state.fn.lastSuccessMs).toBe(success);
  });

  it('its details say what fails since when, and that mails are unsent', () => {
    const state = new InterfaceForTests();
    state.cleanRun();
    expect(interfaceDetails('DEMO', state.state)).not.toMatch(/Failing|Unsent/);
    state.claim(runA);
    state.close(runA, writer(), { endState: 'ERROR', code: 'ACCESS_REFUSED', notify: 'errors' });
    const details = interfaceDetails('DEMO', state.state);
    expect(details).toContain(
      '**Failing**:\n- FCDEMO ticketsExternalPrinting (Ticket injection): ERROR since 2027-05-01 00:00:00 UTC, 1 execution: ACCESS_REFUSED',
    );
    expect(details).toContain('**Unsent e-mails**: 1, the oldest of 2027-05-01 00:00:00 UTC.');
    state.cleanRun();
    expect(interfaceDetails('DEMO', state.state)).not.toContain('**Failing**');
  });

  it('a late end of an execution that holds no permission any more recovers nothing', () => {
    const state = new InterfaceForTests();
    state.claim(runA);
    state.close(runA, writer(), { endState: 'ERROR', code: 'ACCESS_REFUSED', notify: 'errors' });
    state.close(runB, writer(), { endState: 'OK', notify: 'errors' });
    expect(unsentMails(state.state)).toMatchObject([{ kind: 'failed' }]);
  });
});
