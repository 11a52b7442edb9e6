import type { World } from './world.js';

/** A privilege as the TIXNGO sandbox tells the whole truth about it. */
export interface Privilege {
  readonly privilegeId: string;
  readonly definitionId: string;
  readonly status: string;
  readonly ticketIds: readonly string[];
  readonly notifications: number;
}

export async function privilegesOf(world: World): Promise<Privilege[]> {
  return (await world.tixngo<{ privileges: Privilege[] }>('privileges?limit=5000')).privileges;
}

/** @returns the ids of the cards, in their order */
export async function sellCards(
  world: World,
  order: {
    readonly count: number;
    readonly kind: 'MEMBERSHIP_CARD' | 'SEASON_TICKET_CARD';
    readonly tickets?: number;
    readonly productCode?: string;
  },
): Promise<number[]> {
  const { cards } = await world.s360<{ cards: { ticketId: number }[] }>('box-office/sell-cards', order);
  return cards.map(({ ticketId }) => ticketId);
}
