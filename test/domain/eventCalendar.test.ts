import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { eventAt, eventDayBatchSize, eventDayFrequencies } from '../../src/domain/eventCalendar.js';
import { changed, problems, type Json } from '../config/configurationForTests.js';

const final = { name: 'Final', from: '2027-05-01T16:00:00+02:00', until: '2027-05-01T22:30:00+02:00' };
const party = { name: 'Party', from: '2027-05-01T22:00:00+02:00', until: '2027-05-02T02:00:00+02:00' };
/** In the night in which clocks go back: 02:30 comes twice, and the offset says which. */
const night = { name: 'Night', from: '2027-10-31T02:30:00+02:00', until: '2027-10-31T02:30:00+01:00' };

describe('The event that is on', () => {
  test.each([
    ['2027-05-01T13:59:59.999Z', null],
    ['2027-05-01T14:00:00Z', 'Final'],
    ['2027-05-01T20:15:00Z', 'Final'],
    ['2027-05-01T20:29:59.999Z', 'Final'],
    ['2027-05-01T20:30:00Z', 'Party'],
    ['2027-05-01T23:59:59Z', 'Party'],
    ['2027-05-02T00:00:00Z', null],
    ['2027-10-31T00:29:59Z', null],
    ['2027-10-31T00:30:00Z', 'Night'],
    ['2027-10-31T01:29:59Z', 'Night'],
    ['2027-10-31T01:30:00Z', null],
  ])('at %s: %s', (at, name) => {
    expect(eventAt([final, party, night], Date.parse(at))?.name ?? null).toBe(name);
  });

  test('decides the batch size of push controlled', () => {
    const fn = { batchSize: 1_000, eventDay: { batchSize: 10_000 } };
    expect(eventDayBatchSize(fn, [final], Date.parse('2027-05-01T13:59:59Z'))).toBe(1_000);
    expect(eventDayBatchSize(fn, [final], Date.parse('2027-05-01T14:00:00Z'))).toBe(10_000);
    expect(eventDayBatchSize(fn, [final], Date.parse('2027-05-01T20:30:00Z'))).toBe(1_000);
    expect(eventDayBatchSize(fn, [], Date.parse('2027-05-01T14:00:00Z'))).toBe(1_000);
  });
});

describe('The frequency of an event day', () => {
  test.each([
    [5, [1, 5]],
    [1, [1]],
    [7, [1, 7]],
    [14, [1, 2, 14]],
    [60, [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]],
    [90, [1, 2, 3, 5, 6, 10, 15, 30]],
  ])('that goes with %i minutes is one of %j', (frequency, expected) => {
    expect(eventDayFrequencies(frequency)).toEqual(expected);
  });

  test('can always be one minute, and is never a rarer one than the ordinary', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_440 }), (frequency) => {
        const frequencies = eventDayFrequencies(frequency);
        expect(frequencies[0]).toBe(1);
        expect(Math.max(...frequencies)).toBeLessThanOrEqual(Math.min(frequency, 60));
      }),
    );
  });

  const place = 'institutions[0].organizations[0].interfaces[0]';
  const pushControlled = (own: Json): Json =>
    changed(`${place}.functions[0]`, {
      function: 'pushControlled',
      internalName: 'Event day',
      shipmentModes: ['BLOCKCHAIN'],
      launch: 'automatic',
      frequencyMinutes: 5,
      ...own,
    });

  test('is checked with the configuration, which says what fits', () => {
    const at = `${place}.functions[0].eventDay.frequencyMinutes`;
    const why = 'the starts of frequencyMinutes stay, and others come between them';
    expect(problems(pushControlled({}))).toEqual([]);
    expect(problems(pushControlled({ eventDay: { frequencyMinutes: 5 } }))).toEqual([]);
    expect(problems(pushControlled({ eventDay: { frequencyMinutes: 10 } }))).toEqual([
      `${at}: expected one of 1, 5: ${why}`,
    ]);
    expect(problems(pushControlled({ eventDay: { frequencyMinutes: 2 } }))).toEqual([
      `${at}: expected one of 1, 5: ${why}`,
    ]);
    expect(problems(pushControlled({ frequencyMinutes: 1, eventDay: { frequencyMinutes: 2 } }))).toEqual([
      `${at}: expected 1: ${why}`,
    ]);
    expect(
      problems(pushControlled({ launch: 'manual', frequencyMinutes: undefined, eventDay: { frequencyMinutes: 2 } })),
    ).toEqual([]);
  });

  test('a calendar without an automatic push controlled is no mistake', () => {
    expect(problems(changed(`${place}.eventCalendar`, [final, party]))).toEqual([]);
  });
});
