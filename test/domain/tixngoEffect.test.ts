import { describe, expect, test } from 'vitest';

import { deletionEffect, injectionEffect, type HeldTicket } from '../../src/domain/tixngoEffect.js';
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

describe('What TIXNGO holds, compared with what a deletion wants', () => {
  const deletion = { reason: 'RESOLD', visible: false };
  const pending: HeldTicket = { ...held, status: 'DELETION_PENDING', deletion };

  test.each([
    ['being deleted as wanted', {}, 'done'],
    ['deleted as wanted', { status: 'DELETED' }, 'done'],
    ['not deleted', { status: 'DOWNLOADED', deletion: null }, 'differs'],
    ['not deleted, whatever the look-up says of a deletion', { status: 'INJECTED' }, 'differs'],
    ['a status that we do not know', { status: 'FROZEN' }, 'differs'],
    ['deleted for another reason', { status: 'DELETED', deletion: { ...deletion, reason: 'REPRINT' } }, 'differs'],
    ['deleted with another visibility', { deletion: { ...deletion, visible: true } }, 'differs'],
    ['a look-up that tells no reason', { deletion: { ...deletion, reason: null } }, 'done'],
    ['a look-up that tells no visibility', { deletion: { ...deletion, visible: null } }, 'done'],
    ['a look-up that tells nothing but the status', { deletion: undefined }, 'done'],
  ] as const)('%s', (_what, difference, effect) => {
    expect(deletionEffect({ ...pending, ...difference }, deletion)).toBe(effect);
  });
});
