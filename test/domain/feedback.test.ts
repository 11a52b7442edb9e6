import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { chosenContact, detailsOf, isTemporary, mailbox, type Contact } from '../../src/domain/culturalContact.js';
import { transferSteps } from '../../src/domain/distribution.js';
import type { FeedbackEntry, MobileOwner } from '../../src/domain/feedbackEntry.js';
import {
  afterContacts,
  afterStatuses,
  drainMinutes,
  fromTheBeginning,
  type FeedbackKeys,
} from '../../src/domain/feedbackKeys.js';
import { inputProblem } from '../../src/domain/inputCheck.js';
import { retrieveInputShape } from '../../src/domain/retrieveInput.js';
import { distributionStatusOf, statusNamed, tixngoStatuses } from '../../src/domain/tixngoStatus.js';

const owner: MobileOwner = {
  email: ' Anna.Muster@Example.org ',
  title: 'MRS',
  firstName: 'Anna',
  lastName: 'Muster',
  gender: 'F',
  dateOfBirth: '1990-05-17',
  nationality: 'CH',
  idCardNumber: 'X1',
  phoneNumber: '+41',
  residenceCountry: 'FR',
  language: 'de',
  allowPromoEmail: true,
  allowThirdPartyEmail: false,
};

function entry(change: Partial<FeedbackEntry>): FeedbackEntry {
  return {
    ticketId: '1',
    eventId: '7',
    status: 'DOWNLOADED',
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
    ...change,
  };
}

describe('Statuses of TIXNGO', () => {
  test('each of the 19, and one that is unknown, keeps its name; the misspelt one gets the right one', () => {
    for (const status of [...tixngoStatuses, 'RECEIVED', 'TRANSFER_PENDING', 'ON_THE_MOON']) {
      expect(statusNamed(status)).toBe(status);
    }
    expect(statusNamed('PENDING_TRANFER')).toBe('PENDING_TRANSFER');
  });

  test.each([
    ['PENDING_TRANSFER', 'PENDING'],
    ['PENDING', 'PENDING'],
    ['TRANSFER_PENDING', 'PENDING'],
    ['FAILURE', 'CANCELLED'],
    ['FAILURE_TRANSFER', 'CANCELLED'],
    ['TRANSFERRED', 'CONFIRMED'],
    ['DOWNLOADED', null],
    ['DELETED', null],
    ['toString', null],
  ])('%s stands for the distribution status %s', (status, distribution) => {
    expect(distributionStatusOf(status)).toBe(distribution);
  });
});

describe('Steps of a transfer', () => {
  test('while it is pending only the recipient’s e-mail is known; afterwards the owner is the recipient', () => {
    const transfer = { direction: 'FORWARD', senderEmail: 'a@x', recipientEmail: ' B@x ', initiatedAt: null };
    const steps = transferSteps([
      entry({}),
      entry({ status: 'PENDING_TRANSFER', transfer }),
      entry({ status: 'TRANSFERRED', owner }),
      entry({ status: 'FAILURE', transfer: null, owner }),
    ]);
    expect(steps.map(({ status, senderEmail, recipient }) => [status, senderEmail, recipient])).toEqual([
      ['PENDING', 'a@x', 'b@x'],
      ['CONFIRMED', null, 'anna.muster@example.org'],
      // The owner of a transfer that came to nothing is its sender.
      ['CANCELLED', null, null],
    ]);
  });
});

describe('A ticket that was transferred and whose data changes later', () => {
  test('is not transferred a second time: its entry has the status that it had', () => {
    const again = entry({ status: 'TRANSFERRED', previousStatus: 'TRANSFERRED', owner });
    const first = entry({ status: 'TRANSFERRED', previousStatus: 'PENDING_TRANSFER', owner });
    expect(transferSteps([first, again]).map((step) => step.entry)).toEqual([first]);
  });
});

describe('Contacts', () => {
  const contact = (change: Partial<Contact>): Contact => ({
    contactNumber: '5',
    email: 'a@x',
    firstName: 'Anna',
    lastName: 'Muster',
    hasInternetAccount: true,
    kind: 'INDIVIDUAL',
    ...change,
  });

  test('a mailbox is the same in any letter case, with any spaces around it', () => {
    expect(mailbox(' Anna@Example.ORG ')).toBe('anna@example.org');
    expect([mailbox(null), mailbox(undefined), mailbox('  ')]).toEqual([null, null, null]);
  });

  test('«Pending CREATION» is temporary, whatever its letter case; half of it is not', () => {
    expect(isTemporary({ firstName: 'Pending', lastName: 'CREATION' })).toBe(true);
    expect(isTemporary({ firstName: ' pending ', lastName: 'Creation' })).toBe(true);
    expect(isTemporary({ firstName: 'Pending', lastName: 'Muster' })).toBe(false);
    expect(isTemporary({ firstName: null, lastName: 'CREATION' })).toBe(false);
  });

  test('an internet account comes first, then an individual, then a normal contact, then the lowest number; in any order of the answer', () => {
    const inOrder = [
      contact({ contactNumber: '90' }),
      contact({ contactNumber: '100' }),
      contact({ contactNumber: '1', firstName: 'Pending', lastName: 'CREATION' }),
      contact({ contactNumber: '2', kind: 'RELAY' }),
      contact({ contactNumber: '3', kind: 'SOMETHING' }),
      contact({ contactNumber: '0', hasInternetAccount: false }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: 1 }), (some) => {
        const first = inOrder.find((one) => some.includes(one));
        expect(chosenContact(some)).toBe(first);
      }),
    );
    expect(chosenContact([])).toBeNull();
  });

  test('all twelve fields come from the owner, and none of them as long as a name is missing', () => {
    expect(detailsOf(owner)).toEqual({
      individualTitle: 'MRS',
      individualFirstname: 'Anna',
      individualLastname: 'Muster',
      individualBirthdate: '1990-05-17',
      email: 'Anna.Muster@Example.org',
      individualCountryCode: 'CH',
      individualIdNumber: 'X1',
      cellPhoneNumber: '+41',
      countryCode: 'FR',
      individualPreferredLanguage: 'de',
      allowInstitutionEmail: true,
      allowThirdPartyEmail: false,
    });
    expect(detailsOf({ ...owner, firstName: ' ' })).toBeNull();
    expect(detailsOf({ ...owner, lastName: null })).toBeNull();
    expect(detailsOf(null)).toBeNull();
  });
});

describe('Keys of the feedback', () => {
  const transfers = (entries: number, oldestMs: number) => ({ entries, oldestMs });

  test('without transfers both keys move together', () => {
    expect(afterStatuses(fromTheBeginning, 'k1', null)).toEqual({ statusKey: 'k1', contactsKey: 'k1', waiting: null });
  });

  test('a transfer holds the contacts back, never the statuses; the backlog adds up and keeps its oldest', () => {
    const one = afterStatuses({ statusKey: 'k1', contactsKey: 'k1', waiting: null }, 'k2', transfers(3, 500));
    const two = afterStatuses(one, 'k3', transfers(2, 400));
    expect(two).toEqual({ statusKey: 'k3', contactsKey: 'k1', waiting: { entries: 5, oldestMs: 400 } });
    expect(afterStatuses(two, 'k4', null)).toEqual({ ...two, statusKey: 'k4' });
  });

  test('the contacts follow page by page, and are level with the statuses when they have caught up', () => {
    const keys: FeedbackKeys = { statusKey: 'k9', contactsKey: 'k1', waiting: transfers(5, 400) };
    expect(afterContacts(keys, 'k2', 2, 700, false)).toEqual({
      statusKey: 'k9',
      contactsKey: 'k2',
      waiting: { entries: 3, oldestMs: 700 },
    });
    expect(afterContacts(keys, 'k2', 2, 700, true)).toEqual({ statusKey: 'k9', contactsKey: 'k9', waiting: null });
    // More than were counted: something is left all the same, since nobody has seen the end.
    expect(afterContacts(keys, 'k2', 50, null, false).waiting).toEqual({ entries: 1, oldestMs: 400 });
  });

  test('whatever pages come, the contacts key never passes a transfer that is not settled', () => {
    const page = fc.record({ transfers: fc.nat(3), contactsFirst: fc.boolean() });
    fc.assert(
      fc.property(fc.array(page, { maxLength: 30 }), (pages) => {
        let keys = fromTheBeginning;
        const settledTo = (): number => Number(keys.contactsKey ?? 0);
        const open: number[] = [];
        for (const [index, { transfers: count, contactsFirst }] of pages.entries()) {
          if (contactsFirst && keys.waiting !== null) {
            const next = settledTo() + 1;
            while ((open[0] ?? Infinity) <= next) open.shift();
            keys = afterContacts(keys, String(next), 1, null, String(next) === keys.statusKey);
          }
          keys = afterStatuses(keys, String(index + 1), count === 0 ? null : transfers(count, index));
          if (count > 0) open.push(index + 1);
          expect(settledTo()).toBeLessThan(open[0] ?? Infinity);
          expect(keys.statusKey).toBe(String(index + 1));
        }
      }),
    );
  });

  test('how long a backlog takes follows from the limit and from how many contacts go into one call', () => {
    expect(drainMinutes(5_000, 100, 60)).toBe(4);
    expect(drainMinutes(5_000, 1, 60)).toBe(334);
    expect(drainMinutes(1, 100, 60)).toBe(1);
    expect(drainMinutes(1_000_000, 1, null)).toBe(1);
  });
});

describe('Input of retrieveTicketStatus', () => {
  test.each([[{ paginationKey: '' }], [{ paginationKey: 'ZGlmZg==' }], [{ fileToUpload: 'feedback.json' }], [{}]])(
    '%j fits',
    (input) => {
      expect(inputProblem(input, retrieveInputShape)).toBeNull();
    },
  );

  test.each([
    [{ paginationKey: 5 }, 'paginationKey: expected a pagination key'],
    [{ paginationKey: 'anna@example.org' }, 'paginationKey: expected a pagination key'],
    [{ fileToUpload: '../secret' }, 'fileToUpload: expected the name of a file in the upload directory'],
    [{ fileToUpload: '.env' }, 'fileToUpload: expected the name of a file'],
    [{ fileNumber: '5' }, 'unknown field "fileNumber"'],
  ])('%j is refused with the path and what was expected', (input, sentence) => {
    expect(inputProblem(input, retrieveInputShape)).toContain(sentence);
  });
});
