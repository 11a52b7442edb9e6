import { describe, expect, test } from 'vitest';

import { injectionEffect, type HeldTicket } from '../../src/domain/tixngoEffect.js';
import { isDeletion, tixngoStatuses } from '../../src/domain/tixngoStatus.js';

const wanted = { eventId: 'E-1', ownerEmail: 'zoe@example.org', barcodeHash: 'ab12' };
const held: HeldTicket = { ticketId: '1', status: 'INJECTED', ...wanted };

describe('What TIXNGO holds, compared with what an injection wants', () => {
  test.each([
    ['the same', {}, 'done'],
    ['an owner in another letter case', { ownerEmail: 'Zoe@Example.ORG' }, 'done'],
    ['another event', { eventId: 'E-2' }, 'differs'],
    ['another barcode', { barcodeHash: 'cd34' }, 'differs'],
    ['another owner, nobody has moved it', { ownerEmail: 'ana@example.org' }, 'differs'],
    ['another owner, who was given it', { ownerEmail: 'ana@example.org', status: 'TRANSFERRED' }, 'done'],
    ['another owner, on a phone', { ownerEmail: 'ana@example.org', status: 'DOWNLOADED' }, 'done'],
    ['another barcode, whatever the status', { barcodeHash: 'cd34', status: 'DOWNLOADED' }, 'differs'],
    ['a look-up that tells nothing but the status', { eventId: null, ownerEmail: null, barcodeHash: null }, 'done'],
    ['a status that we do not know', { status: 'FROZEN', ownerEmail: 'ana@example.org' }, 'done'],
    ['being deleted', { status: 'DELETION_PENDING' }, 'deleted'],
    ['deleted, and otherwise the same', { status: 'DELETED' }, 'deleted'],
    ['deleted, and different', { status: 'DELETED', barcodeHash: 'cd34' }, 'deleted'],
  ] as const)('%s', (_what, difference, effect) => {
    expect(injectionEffect({ ...held, ...difference }, wanted)).toBe(effect);
  });

  test('of all statuses, two are deletions', () => {
    expect(tixngoStatuses).toHaveLength(19);
    expect(tixngoStatuses.filter(isDeletion)).toEqual(['DELETION_PENDING', 'DELETED']);
    expect(isDeletion('A_NEW_STATUS')).toBe(false);
  });
});
