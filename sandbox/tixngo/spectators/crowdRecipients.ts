import type { Random } from '../../shared/random.js';
import { phoneOf } from '../phones.js';
import type { TicketRecord } from '../ticketStore.js';
import { fictiveEmail } from './people.js';

/** Of those who have got their ticket from somebody, so many send it back. */
const SENT_BACK = 0.4;
/** So many are sent to the owner of another ticket: fans know each other. */
const TO_ANOTHER_OWNER = 0.15;
const IN_CAPITALS = 0.1;
const WITH_SPACES = 0.1;
/** Other owners that are remembered to be sent something. */
const REMEMBERED = 500;

/**
 * To whom a crowd sends its tickets. There are fewer people than transfers, so some come again; some are typed in another
 * letter case, or with spaces around.
 */
export class CrowdRecipients {
  readonly #random: Random;
  readonly #people: number;
  /** Owners of tickets seen so far. */
  readonly #owners: string[] = [];

  constructor(random: Random, transfers: number) {
    this.#random = random;
    this.#people = Math.max(2, Math.ceil(transfers * 0.75));
  }

  of(ticket: TicketRecord): string {
    const email = this.#choose(ticket);
    if (this.#owners.length < REMEMBERED) this.#owners.push(ticket.initialOwnerEmail);
    return this.#typed(email);
  }

  #choose({ owner, initialOwnerEmail }: TicketRecord): string {
    const isOther = (email: string) => phoneOf(email) !== phoneOf(owner.email);
    if (isOther(initialOwnerEmail) && this.#random.chance(SENT_BACK)) return initialOwnerEmail;
    if (this.#owners.length > 0 && this.#random.chance(TO_ANOTHER_OWNER)) {
      const other = this.#random.pick(this.#owners);
      if (isOther(other)) return other;
    }
    const number = this.#random.below(this.#people);
    return [fictiveEmail(number), fictiveEmail(number + 1)].find(isOther) as string;
  }

  #typed(email: string): string {
    const cased = this.#random.chance(IN_CAPITALS) ? email.toUpperCase() : email;
    return this.#random.chance(WITH_SPACES) ? ` ${cased} ` : cased;
  }
}
