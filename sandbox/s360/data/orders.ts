import { hash32 } from '../../shared/random.js';

/** Which order (S-360: file) a ticket belongs to. */
export interface Place {
  /** Number of the order, counted from 0. */
  readonly order: number;
  /** Place of the ticket within its order, counted from 0. */
  readonly position: number;
}

const SIZES = [1, 2, 3, 4, 5, 6] as const;
const BLOCK_TICKETS = 21;

/**
 * The order of the ticket at `index`, without counting through the tickets before it: after `singles` orders of one
 * ticket, every block of 21 tickets is six orders of 1 to 6 tickets, turned round differently in each block.
 */
export function placeOf(seed: number, singles: number, index: number): Place {
  if (index < singles) return { order: index, position: 0 };
  const block = Math.floor((index - singles) / BLOCK_TICKETS);
  let left = (index - singles) % BLOCK_TICKETS;
  const h = hash32(seed, block, 0x0f11e);
  for (let step = 0; step < SIZES.length; step += 1) {
    const turned = (step + (h >>> 1)) % SIZES.length;
    const size = SIZES[h % 2 === 0 ? turned : SIZES.length - 1 - turned] ?? 1;
    if (left < size) return { order: singles + block * SIZES.length + step, position: left };
    left -= size;
  }
  throw new Error('placeOf: the orders of a block do not add up');
}
