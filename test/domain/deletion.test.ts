import { describe, expect, test } from 'vitest';

import {
  isDeletedAsWanted,
  showDeletedTicket,
  wantedDeletion,
  type DeletionSettings,
} from '../../src/domain/deletion.js';

const plain: DeletionSettings = {
  visibleReasons: [],
  notifySpectator: false,
  visibleByDefault: false,
  deletionReasons: {},
};

describe('Deletion: whether the spectator still sees it', () => {
  test('the three steps, one after the other', () => {
    for (const listed of [true, false]) {
      for (const notifySpectator of [true, false]) {
        for (const visibleByDefault of [true, false]) {
          const settings = {
            ...plain,
            visibleReasons: listed ? ['RESOLD'] : ['REPRINT'],
            notifySpectator,
            visibleByDefault,
          };
          const visible = listed ? true : notifySpectator ? true : visibleByDefault;
          expect(showDeletedTicket('RESOLD', settings), JSON.stringify(settings)).toBe(visible);
        }
      }
    }
  });

  test('the list names the causes of S-360, not the reasons that TIXNGO is told', () => {
    const ticket = { state: 'INVALIDATED', cancellationCause: 'REPRINT' };
    const mapped = { ...plain, deletionReasons: { REPRINT: 'REPRINTED' } };
    expect(wantedDeletion(ticket, { ...mapped, visibleReasons: ['REPRINT'] })).toEqual({
      reason: 'REPRINTED',
      visible: true,
    });
    expect(wantedDeletion(ticket, { ...mapped, visibleReasons: ['REPRINTED'] }).visible).toBe(false);
  });
});

describe('Deletion: its reason', () => {
  const deletionReasons = { REPRINT: 'REPRINTED', CANCELLED: 'REFUND' };

  test.each([
    ['REPRINT', 'REPRINTED'],
    ['RESALE_PENDING', 'RESALE_PENDING'],
    // A cause called like a property of every object is not mapped.
    ['constructor', 'constructor'],
    [' REPRINT ', 'REPRINTED'],
  ])('a cause of its own, mapped where the configuration does: %s', (cancellationCause, reason) => {
    const ticket = { state: 'INVALIDATED', cancellationCause };
    expect(wantedDeletion(ticket, { ...plain, deletionReasons }).reason).toBe(reason);
  });

  test.each([null, '', '  ', 'NOT_CANCELLED'])('without a cause (%j), what the ticket is', (cancellationCause) => {
    expect(wantedDeletion({ state: 'CANCELLED', cancellationCause }, plain).reason).toBe('CANCELLED');
    expect(wantedDeletion({ state: 'INVALIDATED', cancellationCause }, plain).reason).toBe('INVALIDATED');
    expect(wantedDeletion({ state: 'CANCELLED', cancellationCause }, { ...plain, deletionReasons }).reason).toBe(
      'REFUND',
    );
  });
});

describe('Deletion: whether TIXNGO shows what S-360 wants', () => {
  const held = (status: string, deletion?: { reason: string | null; visible: boolean | null }) => ({
    ticketId: '1',
    status,
    eventId: null,
    ownerEmail: null,
    barcodeHash: null,
    deletion,
  });
  const wanted = { reason: 'RESOLD', visible: true };

  test.each([
    ['the same', held('DELETED', { reason: 'RESOLD', visible: true }), true, true],
    ['the same, not confirmed yet', held('DELETION_PENDING', { reason: 'RESOLD', visible: true }), true, true],
    // The configuration has changed since: no news for a ticket that was processed.
    ['another visibility', held('DELETED', { reason: 'RESOLD', visible: false }), false, true],
    ['another reason', held('DELETED', { reason: 'REPRINT', visible: true }), false, false],
    ['what the look-up does not tell', held('DELETED'), true, true],
    ['no deletion', held('CONTROLLED'), false, false],
  ])('%s', (_, ticket, atFirst, whenProcessed) => {
    expect(isDeletedAsWanted(ticket, wanted, false)).toBe(atFirst);
    expect(isDeletedAsWanted(ticket, wanted, true)).toBe(whenProcessed);
  });
});
