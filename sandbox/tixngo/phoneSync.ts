import { confirmDeletion } from './deleteTickets.js';
import { heldUnder } from './held.js';
import { phoneOf, type Phone } from './phones.js';
import type { TixngoWorld } from './world.js';

/** Which phones a hook means: by e-mail, or those of the owners and holders of some tickets and privileges. */
export type PhoneChoice = { readonly emails: readonly string[] } | { readonly ticketIds: readonly string[] };

/** The phones of a choice, and how many of its tickets TIXNGO does not have. */
export function phonesOf(world: TixngoWorld, choice: PhoneChoice): { phones: ReadonlySet<Phone>; unknown: number } {
  if ('emails' in choice) return { phones: new Set(choice.emails.map(phoneOf)), unknown: 0 };
  const phones = new Set<Phone>();
  let unknown = 0;
  for (const ticketId of new Set(choice.ticketIds)) {
    const held = heldUnder(world, ticketId);
    if (held === undefined) unknown += 1;
    else for (const phone of [phoneOf(held.owner.email), ...world.phones.holdersOf(ticketId)]) phones.add(phone);
  }
  return { phones, unknown };
}

/**
 * The phone is back online and syncs: tickets that were deleted meanwhile leave it.
 *
 * @param at when it came back, ISO 8601 in UTC
 * @returns how many deletions this has confirmed
 */
export function comeOnline(world: TixngoWorld, phone: Phone, at: string): number {
  let confirmed = 0;
  for (const ticketId of world.phones.comeOnline(phone)) if (confirmDeletion(world, ticketId, at)) confirmed += 1;
  return confirmed;
}

/** Phones whose date has come by the sandbox's clock are back, as of that date. To be called before anything is read. */
export function wakeDuePhones(world: TixngoWorld, millis: number): void {
  for (const { phone, at } of world.phones.due(millis)) comeOnline(world, phone, new Date(at).toISOString());
}
