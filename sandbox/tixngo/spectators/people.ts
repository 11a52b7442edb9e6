import { createHash } from 'node:crypto';
import { hash32 } from '../../shared/random.js';
import { personAt } from '../../s360/data/people.js';
import { phoneOf } from '../phones.js';
import type { SpectatorPayload } from '../ticketPayload.js';
import type { ExtraField, TicketHolder } from '../ticketUse.js';

const SHIRT_SIZES = ['XS', 'S', 'M', 'L', 'XL', 'XXL'] as const;
const COUNTRIES_OF_RESIDENCE = ['CH', 'FR', 'DE', 'GB', 'ES', 'IT', 'MA', 'JP'] as const;

/** A fictive e-mail address: always the same one for a number. */
export function fictiveEmail(number: number): string {
  return `guest.${number}@guests.example`;
}

/**
 * Everything that TIXNGO learns of a fictive person who accepts a ticket. One e-mail address is one person, however it
 * is typed.
 */
export function personOf(seed: number, email: string): SpectatorPayload {
  const number = numberOf(phoneOf(email));
  const { firstName, lastName, gender, language, countryCode } = personAt(seed, number);
  const draw = (what: number, end: number): number => hash32(seed, number, what) % end;
  return {
    email,
    title: gender === 'F' ? 'Ms' : gender === 'M' ? 'Mr' : null,
    firstName,
    lastName,
    gender,
    dateOfBirth: new Date(Date.UTC(1940 + draw(1, 70), draw(2, 12), 1 + draw(3, 28))).toISOString().slice(0, 10),
    nationality: countryCode,
    idCardNumber: `ID${100_000_000 + draw(4, 900_000_000)}`,
    phoneNumber: `+4100${1_000_000 + draw(5, 9_000_000)}`,
    residenceCountry: COUNTRIES_OF_RESIDENCE[draw(6, COUNTRIES_OF_RESIDENCE.length)] ?? countryCode,
    language,
    organizerSpectatorPreference: { allowPromoEmail: draw(7, 2) === 0, allowThirdPartyEmail: draw(8, 4) === 0 },
  };
}

/** The fictive guest to whom somebody assigns this ticket. */
export function guestFor(seed: number, ticketId: string): TicketHolder {
  const { email, firstName, lastName, dateOfBirth, nationality, idCardNumber } = personOf(
    seed,
    fictiveEmail(numberOf(ticketId)),
  );
  return {
    firstName: firstName ?? null,
    lastName: lastName ?? null,
    email,
    dateOfBirth: dateOfBirth ?? null,
    nationality: nationality ?? null,
    idCardNumber: idCardNumber ?? null,
  };
}

/** What the app has asked at the assignment of this ticket: nothing for about half of them. */
export function extraFieldsFor(seed: number, ticketId: string): readonly ExtraField[] {
  const h = hash32(seed, numberOf(ticketId), 9);
  if (h % 2 === 0) return [];
  return [{ key: 'shirtSize', value: SHIRT_SIZES[(h >>> 1) % SHIRT_SIZES.length] ?? 'M' }];
}

/** A whole number that follows from a text. */
export function numberOf(text: string): number {
  return createHash('sha256').update(text, 'utf8').digest().readUInt32BE();
}
