import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Slots, type SlotUse } from '../../src/activities/slots.js';

/** Takes slots until there are no more. @returns how many there were */
function takeAll(slots: Slots, organization: string, use: SlotUse): number {
  let taken = 0;
  while (taken < 1_000 && slots.take(organization, use) !== null) taken += 1;
  return taken;
}

describe('Slots of a worker, shared by the organizations', () => {
  test('one that takes all it can get leaves each of the others its share', () => {
    const slots = new Slots(20, 3);
    expect(takeAll(slots, 'FCDEMO', 'stretch')).toBe(14);
    expect(takeAll(slots, 'FCOTHER', 'stretch')).toBe(3);
    expect(takeAll(slots, 'FCTHIRD', 'stretch')).toBe(3);
  });

  test('waits for confirmed deletions have no more than the share of their organization, so that its functions go on', () => {
    const slots = new Slots(20, 3);
    expect(takeAll(slots, 'FCDEMO', 'look')).toBe(3);
    expect(takeAll(slots, 'FCDEMO', 'stretch')).toBe(11);
  });

  test('one organization alone has all slots, and its waits half of them', () => {
    const slots = new Slots(20, 1);
    expect(takeAll(slots, 'FCDEMO', 'look')).toBe(10);
    expect(takeAll(slots, 'FCDEMO', 'stretch')).toBe(10);
  });

  test('with more organizations than slots each is still let in, with one activity', () => {
    const slots = new Slots(20, 30);
    const taken = Array.from({ length: 30 }, (_, i) => takeAll(slots, `FC${String(i)}`, 'stretch'));
    expect(taken).toEqual(taken.map(() => 1));
  });

  test('whatever the others take and give back, one finds its share free, and all together never have too many', () => {
    const asked = fc.record({
      organization: fc.nat(),
      use: fc.constantFrom<SlotUse>('stretch', 'look'),
      givesBack: fc.integer({ min: 0, max: 2 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.array(asked, { minLength: 30, maxLength: 120 }),
        (organizations, all) => {
          const slots = new Slots(20, organizations);
          const share = Math.floor(20 / (2 * organizations));
          const held: (() => void)[] = [];
          for (const { organization, use, givesBack } of all) {
            if (givesBack === 0) held.shift()?.();
            const giveBack = slots.take(`FC${String(1 + (organization % (organizations - 1)))}`, use);
            if (giveBack === null) refused += 1;
            else held.push(giveBack);
            expect(held.length).toBeLessThanOrEqual(20 - share);
            // The quiet one, now and then.
            const own = Array.from({ length: share }, () => slots.take('FC0', use));
            expect(own).not.toContain(null);
            for (const back of own) back?.();
          }
        },
      ),
    );
    // Somebody must have been refused, or it shows nothing.
    expect(refused).toBeGreaterThan(500);
  });
});
