import { hash32 } from '../../shared/random.js';
import type { ColumnName, TicketRow } from '../ticketRow.js';
import { personAt } from './people.js';
import { toWallClock } from './wallClock.js';

export type Holder = Pick<TicketRow, Extract<ColumnName, `holder_${string}`>>;

const BIRTH_SALT = 21;

/** The columns of the holder who is the person of this number, without any way to reach them. */
export function holderAt(seed: number, number: number): Omit<Holder, 'holder_email' | 'holder_phone'> {
  const person = personAt(seed, number);
  const birth = hash32(seed, number, BIRTH_SALT);
  return {
    holder_first_name: person.firstName,
    holder_last_name: person.lastName,
    holder_gender: person.gender,
    holder_birth_date: toWallClock(Date.UTC(1940, 0, 1) + (birth % 25_000) * 86_400_000).slice(0, 10),
    holder_id_number: `X${String(birth % 10_000_000).padStart(7, '0')}`,
    holder_country_code: person.countryCode,
    holder_birth_region: person.birthRegion,
    holder_birth_place: person.birthPlace,
  };
}

/** A phone number that Ofcom keeps for fiction. */
export function fictivePhone(number: number): string {
  return `+447700900${String(number % 1000).padStart(3, '0')}`;
}
