import { describe, expect, test } from 'vitest';

import { readEntries } from '../../src/tixngo/diffEntry.js';

const smallest = { ticketId: '5', status: 'DOWNLOADED', statusChangedAt: '2027-05-29T17:00:00.000Z' };

describe('Entries of the diff', () => {
  test('the smallest entry that can be read, and its misspelt status', () => {
    const { entries, unreadable } = readEntries([{ ...smallest, status: 'PENDING_TRANFER' }]);
    expect(unreadable).toEqual([]);
    expect(entries).toEqual([
      {
        ticketId: '5',
        eventId: null,
        status: 'PENDING_TRANSFER',
        previousStatus: null,
        statusChangedAt: '2027-05-29T17:00:00.000Z',
        owner: null,
        holder: null,
        initialOwnerEmail: null,
        transfer: null,
        activation: null,
        deletion: null,
        extraFields: [],
        beaconName: null,
      },
    ]);
  });

  test.each([
    [{ ...smallest, status: 5 }, '5', 'status'],
    [{ ...smallest, status: 'anna@example.org' }, '5', 'status'],
    [{ ...smallest, statusChangedAt: 'yesterday' }, '5', 'statusChangedAt'],
    [{ ...smallest, spectatorDetails: { email: ['anna@example.org'] } }, '5', 'spectatorDetails.email'],
    [{ ...smallest, extraFields: [{ key: 'size', value: 5 }] }, '5', 'extraFields.0.value'],
    [{ ...smallest, ticketId: '' }, null, 'ticketId'],
    [{ ...smallest, ticketId: 'anna@example.org', status: 5 }, null, 'status'],
    ['text', null, 'the whole entry'],
    [null, null, 'the whole entry'],
  ])('one that does not fit is told by its ticket and its path, never by a value: %j', (given, ticketId, field) => {
    const { entries, unreadable } = readEntries([smallest, given, { ...smallest, ticketId: '6' }]);
    expect(entries.map((entry) => entry.ticketId)).toEqual(['5', '6']);
    expect(unreadable).toEqual([{ ticketId, field }]);
  });
});
