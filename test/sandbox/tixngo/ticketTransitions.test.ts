import { describe, expect, it } from 'vitest';
import { isTicketStatus, TICKET_STATUSES } from '../../../sandbox/tixngo/ticketStatuses.js';
import { statusAfter, TRANSITIONS, type TicketAction } from '../../../sandbox/tixngo/ticketTransitions.js';

describe('the statuses of a ticket', () => {
  it('are the 19 names that the manual lists', () => {
    expect([...TICKET_STATUSES].sort()).toEqual(
      (
        'INJECTED DOWNLOADED ASSIGNED CONTROLLED PENDING_TRANSFER FAILURE_TRANSFER TRANSFERRED BT_ACTIVATED ' +
        'MANUAL_ACTIVATED OFFLINE_ACTIVATED ONLINE_ACTIVATED DELETION_PENDING DELETED ACTIVATED DEACTIVATED DEFAULT ' +
        'INVALID PENDING FAILURE'
      )
        .split(' ')
        .sort(),
    );
  });

  it('have no other', () => {
    for (const value of ['NONE', 'injected', '', null, 1]) expect(isTicketStatus(value)).toBe(false);
  });
});

describe('an injection', () => {
  it('makes a new ticket INJECTED', () => {
    expect(statusAfter('INJECT', 'NONE')).toBe('INJECTED');
  });

  it('keeps the status of a known ticket', () => {
    for (const status of TICKET_STATUSES.filter((name) => !name.startsWith('DELET'))) {
      expect(statusAfter('INJECT', status)).toBe(status);
    }
  });

  it('never brings a deleted ticket back', () => {
    expect(statusAfter('INJECT', 'DELETION_PENDING')).toBeNull();
    expect(statusAfter('INJECT', 'DELETED')).toBeNull();
  });
});

/** Every state, and where an action leads from it. */
const reached = (action: TicketAction) =>
  Object.fromEntries(['NONE' as const, ...TICKET_STATUSES].map((state) => [state, statusAfter(action, state)]));

/** The same, of an action that is possible in some states only and always leads to one status. */
const only = (states: string, to: string) =>
  Object.fromEntries(
    ['NONE', ...TICKET_STATUSES].map((state) => [state, states.split(' ').includes(state) ? to : null]),
  );

describe('what an owner does with a ticket', () => {
  const atHand = 'DOWNLOADED ASSIGNED FAILURE_TRANSFER FAILURE TRANSFERRED';

  it.each([
    ['ASSIGN', 'ASSIGNED'],
    ['START_TRANSFER', 'PENDING_TRANSFER'],
  ] as const)('%s is possible while the ticket is at hand', (action, to) => {
    expect(reached(action)).toEqual(only(atHand, to));
  });

  it.each([
    ['ACTIVATE_ONLINE', 'ONLINE_ACTIVATED'],
    ['ACTIVATE_OFFLINE', 'OFFLINE_ACTIVATED'],
    ['ACTIVATE_MANUALLY', 'MANUAL_ACTIVATED'],
    ['ACTIVATE_BY_BEACON', 'BT_ACTIVATED'],
  ] as const)('%s is possible too, and after a deactivation', (action, to) => {
    expect(reached(action)).toEqual(only(`${atHand} DEACTIVATED`, to));
  });
});

describe('a transfer', () => {
  it.each([
    ['ACCEPT_TRANSFER', 'TRANSFERRED'],
    ['REFUSE_TRANSFER', 'FAILURE_TRANSFER'],
    ['CANCEL_TRANSFER', 'FAILURE_TRANSFER'],
    ['LAPSE_TRANSFER', 'FAILURE'],
  ] as const)('ends with %s while it is pending', (action, to) => {
    expect(reached(action)).toEqual(only('PENDING_TRANSFER PENDING', to));
  });
});

describe('a control', () => {
  it('takes every ticket that TIXNGO has, whatever became of it, but for one that is deleted or waits for it', () => {
    const taken = TICKET_STATUSES.filter((status) => !status.startsWith('DELET'));
    expect(reached('CONTROL')).toEqual(only(taken.join(' '), 'CONTROLLED'));
  });

  it('leaves nothing to do but a repeat, a new injection and a deletion', () => {
    const possible = (Object.keys(TRANSITIONS) as TicketAction[]).filter((action) => statusAfter(action, 'CONTROLLED'));
    expect(possible).toEqual(['INJECT', 'CONTROL', 'DELETE']);
  });
});

describe('a deletion', () => {
  it('takes every ticket that TIXNGO has, whatever became of it, and leaves a repeat where it is', () => {
    for (const status of TICKET_STATUSES) {
      expect([status, statusAfter('DELETE', status)]).toEqual([
        status,
        status === 'DELETED' ? 'DELETED' : 'DELETION_PENDING',
      ]);
    }
    expect(statusAfter('DELETE', 'NONE')).toBeNull();
  });

  it('is confirmed only while it is pending', () => {
    for (const state of ['NONE' as const, ...TICKET_STATUSES]) {
      expect([state, statusAfter('CONFIRM_DELETION', state)]).toEqual([
        state,
        state === 'DELETION_PENDING' ? 'DELETED' : null,
      ]);
    }
  });
});

describe('a download', () => {
  it('makes an INJECTED ticket DOWNLOADED', () => {
    expect(statusAfter('DOWNLOAD', 'INJECTED')).toBe('DOWNLOADED');
  });

  it('does nothing to any other', () => {
    for (const state of ['NONE' as const, ...TICKET_STATUSES.filter((name) => name !== 'INJECTED')]) {
      expect(statusAfter('DOWNLOAD', state)).toBeNull();
    }
  });
});
