import type { Configuration } from '../config/schema.js';
import type { ResolvedPlace } from '../config/resolve.js';
import { comeBackIn } from './failures.js';

/** How many activities a worker works at once. A page of tickets in flight is some megabytes; slots times pages in flight must fit into memory. */
export const slotsOfWorker = 20;

/** Slots of the worker beside those: for asking for one, and for what is short and needs none. */
export const slotsToAsk = 4;

/** How soon an activity asks again. */
const askAgainMs = 5_000;

/** A stretch of a function or of its preview, or a look whether TIXNGO has confirmed: of those one organization can have a great many. */
export type SlotUse = 'stretch' | 'look';

/**
 * The slots of one worker, shared out between all organizations of the configuration: a system that never answers holds every activity that
 * calls it for a minute, and whoever has many would take them all. As with calls, half is shared out evenly and is found free whatever the
 * others do; the other half is for whoever comes first. Looks have no more than their organization's own share, so that its functions go on
 * beside them. With more organizations than slots each is still let in with one activity, and more workers are needed.
 */
export class Slots {
  private readonly taken = new Map<string, Record<SlotUse, number>>();
  private readonly kept: number;

  constructor(
    private readonly slots: number,
    private readonly organizations: number,
  ) {
    this.kept = Math.max(1, Math.floor(slots / (2 * organizations)));
  }

  /** @returns what gives the slot back; null if there is none for this organization now */
  take(organization: string, use: SlotUse): (() => void) | null {
    const held = this.taken.get(organization) ?? { stretch: 0, look: 0 };
    if (use === 'look' && held.look >= this.kept) return null;
    if (sum(held) >= this.kept && this.all() + this.keptForOthers(organization) >= this.slots) return null;
    held[use] += 1;
    this.taken.set(organization, held);
    return () => {
      held[use] -= 1;
    };
  }

  private all(): number {
    return [...this.taken.values()].reduce((total, held) => total + sum(held), 0);
  }

  /** What the others have not taken of their shares. */
  private keptForOthers(organization: string): number {
    let kept = (this.organizations - 1) * this.kept;
    for (const [other, held] of this.taken) if (other !== organization) kept -= Math.min(this.kept, sum(held));
    return kept;
  }
}

export function slotsOf({ institutions }: Configuration): Slots {
  return new Slots(
    slotsOfWorker,
    institutions.reduce((total, { organizations }) => total + organizations.length, 0),
  );
}

/**
 * Works in a slot of the organization.
 *
 * @param comeBackMs when to ask again
 * @throws ApplicationFailure WAITING_FOR_SLOT if there is none: the activity comes back by itself
 */
export async function inSlot<T>(
  slots: Slots,
  { institution, organization }: ResolvedPlace,
  use: SlotUse,
  work: () => Promise<T>,
  comeBackMs = askAgainMs,
): Promise<T> {
  const giveBack = slots.take(`${institution.code}/${organization.code}`, use);
  if (giveBack === null) throw comeBackIn(comeBackMs, 'WAITING_FOR_SLOT');
  try {
    return await work();
  } finally {
    giveBack();
  }
}

function sum({ stretch, look }: Readonly<Record<SlotUse, number>>): number {
  return stretch + look;
}
