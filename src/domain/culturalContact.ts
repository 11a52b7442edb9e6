import type { MobileOwner } from './feedbackEntry.js';

/**
 * A contact of S-360 as the search by e-mail shows it. Source: S-360 manual, «4.2 Cultural Contact Creation & Distribution»: reuse a contact
 * with an internet account, an individual before a relay; never touch a normal contact.
 */
export interface Contact {
  readonly contactNumber: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly hasInternetAccount: boolean;
  /** INDIVIDUAL or RELAY; others are kept as they come, and come last. */
  readonly kind: string;
}

/** Under this name a contact waits for its details; it is the only kind that is ever changed. */
export const temporaryName = { firstName: 'Pending', lastName: 'CREATION' } as const;

export function isTemporary(contact: Pick<Contact, 'firstName' | 'lastName'>): boolean {
  const word = (text: string | null): string => (text ?? '').trim().toLowerCase();
  return (
    word(contact.firstName) === temporaryName.firstName.toLowerCase() &&
    word(contact.lastName) === temporaryName.lastName.toLowerCase()
  );
}

/** The same mailbox, however it is typed. @returns null for nothing */
export function mailbox(email: string | null | undefined): string | null {
  const text = (email ?? '').trim().toLowerCase();
  return text === '' ? null : text;
}

/** Which of several contacts with one e-mail is meant; always the same one. */
export function chosenContact(contacts: readonly Contact[]): Contact | null {
  const [first] = [...contacts].sort(
    (left, right) =>
      Number(right.hasInternetAccount) - Number(left.hasInternetAccount) ||
      kindRank(left) - kindRank(right) ||
      Number(isTemporary(left)) - Number(isTemporary(right)) ||
      left.contactNumber.length - right.contactNumber.length ||
      (left.contactNumber < right.contactNumber ? -1 : 1),
  );
  return first ?? null;
}

function kindRank({ kind }: Contact): number {
  const at = ['INDIVIDUAL', 'RELAY'].indexOf(kind);
  return at < 0 ? 2 : at;
}

/** The twelve fields of a contact that come from TIXNGO, under S-360's names; null leaves a field as it is. */
export interface ContactDetails {
  readonly individualTitle: string | null;
  readonly individualFirstname: string | null;
  readonly individualLastname: string | null;
  /** `yyyy-MM-dd` */
  readonly individualBirthdate: string | null;
  readonly email: string | null;
  readonly individualCountryCode: string | null;
  readonly individualIdNumber: string | null;
  readonly cellPhoneNumber: string | null;
  readonly countryCode: string | null;
  readonly individualPreferredLanguage: string | null;
  /** CNIL_O, INSTITUTION */
  readonly allowInstitutionEmail: boolean | null;
  /** CNIL_T, THIRD_PARTY */
  readonly allowThirdPartyEmail: boolean | null;
}

/** @returns null as long as TIXNGO does not tell both names: the contact stays «Pending CREATION» */
export function detailsOf(owner: MobileOwner | null): ContactDetails | null {
  if (owner === null || blank(owner.firstName) || blank(owner.lastName)) return null;
  return {
    individualTitle: owner.title,
    individualFirstname: owner.firstName,
    individualLastname: owner.lastName,
    individualBirthdate: owner.dateOfBirth,
    email: owner.email?.trim() ?? null,
    individualCountryCode: owner.nationality,
    individualIdNumber: owner.idCardNumber,
    cellPhoneNumber: owner.phoneNumber,
    countryCode: owner.residenceCountry,
    individualPreferredLanguage: owner.language,
    allowInstitutionEmail: owner.allowPromoEmail,
    allowThirdPartyEmail: owner.allowThirdPartyEmail,
  };
}

function blank(text: string | null): boolean {
  return (text ?? '').trim() === '';
}
