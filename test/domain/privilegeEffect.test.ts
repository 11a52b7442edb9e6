import { describe, expect, test } from 'vitest';

import { privilegeEffect, type WantedPrivilege } from '../../src/domain/privilegeEffect.js';
import { injectionEffect, type HeldPrivilege, type HeldTicket } from '../../src/domain/tixngoEffect.js';

const wanted = {
  definitionId: 'SEASON-27',
  ownerEmail: 'zoe@example.org',
  barcodeHash: 'ab12',
  ticketIds: ['501', '502'],
};
const privilege: HeldPrivilege = { definitionId: 'SEASON-27', ticketIds: ['501', '502'], barcodeHash: 'ab12' };
const held: HeldTicket = {
  ticketId: '500',
  status: 'ACTIVE',
  eventId: null,
  ownerEmail: 'zoe@example.org',
  barcodeHash: 'ab12',
  privilege,
};

describe('What TIXNGO holds of a privilege, compared with what its card wants', () => {
  test.each<[string, Partial<HeldTicket>, Partial<WantedPrivilege>, string]>([
    ['the same', {}, {}, 'done'],
    ['its tickets in another order', { privilege: { ...privilege, ticketIds: ['502', '501'] } }, {}, 'done'],
    ['a ticket more since', { privilege: { ...privilege, ticketIds: ['501'] } }, {}, 'differs'],
    ['a ticket less since', {}, { ticketIds: ['501'] }, 'differs'],
    ['another ticket', {}, { ticketIds: ['501', '503'] }, 'differs'],
    ['no ticket any more', {}, { ticketIds: [] }, 'differs'],
    ['another definition', { privilege: { ...privilege, definitionId: 'MEMBER' } }, {}, 'differs'],
    ['an owner in another letter case', { ownerEmail: 'Zoe@Example.ORG' }, {}, 'done'],
    ['another owner', { ownerEmail: 'ana@example.org' }, {}, 'differs'],
    ['another owner, but it is used', { ownerEmail: 'ana@example.org', status: 'USED' }, {}, 'done'],
    ['a ticket more, and it is used', { status: 'USED' }, { ticketIds: ['501'] }, 'differs'],
    ['no owner in S-360', {}, { ownerEmail: '' }, 'done'],
    ['another barcode', { privilege: { ...privilege, barcodeHash: 'cd34' } }, {}, 'differs'],
    ['a barcode since', { privilege: { ...privilege, barcodeHash: null } }, {}, 'differs'],
    ['no barcode any more', {}, { barcodeHash: null }, 'differs'],
    ['no barcode on either side', { privilege: { ...privilege, barcodeHash: null } }, { barcodeHash: null }, 'done'],
    [
      'a look-up that tells nothing but that it is a privilege',
      { ownerEmail: null, privilege: { definitionId: undefined, ticketIds: undefined, barcodeHash: undefined } },
      {},
      'done',
    ],
    ['a ticket has this id', { eventId: 'E-1', status: 'INJECTED', privilege: undefined }, {}, 'differs'],
    ['being deleted', { status: 'DELETION_PENDING' }, {}, 'deleted'],
    ['deleted, and different', { status: 'DELETED' }, { ticketIds: [] }, 'deleted'],
  ])('%s', (_what, difference, change, effect) => {
    expect(privilegeEffect({ ...held, ...difference }, { ...wanted, ...change })).toBe(effect);
  });

  test('a ticket whose id a privilege has is not done: TIXNGO says so when it is sent', () => {
    const ticket = { eventId: 'E-1', ownerEmail: 'zoe@example.org', barcodeHash: 'ab12' };
    expect(injectionEffect(held, ticket)).toBe('differs');
    expect(injectionEffect({ ...held, eventId: 'E-1', privilege: undefined }, ticket)).toBe('done');
  });
});
