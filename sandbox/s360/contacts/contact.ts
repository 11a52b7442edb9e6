import type { ColumnName, TicketRow } from '../ticketRow.js';

/** What is known of a person; every field is personal. Names of fields: the same page of the manual. */
export interface ContactDetails {
  readonly individualTitle: string | null;
  readonly individualFirstname: string | null;
  readonly individualLastname: string | null;
  /** `YYYY-MM-DD` */
  readonly individualBirthdate: string | null;
  readonly email: string | null;
  readonly individualCountryCode: string | null;
  readonly individualIdNumber: string | null;
  readonly cellPhoneNumber: string | null;
  readonly countryCode: string | null;
  readonly individualPreferredLanguage: string | null;
  /** The authorization CNIL_O, and the consent INSTITUTION. */
  readonly allowInstitutionEmail: boolean | null;
  /** The authorization CNIL_T, and the consent THIRD_PARTY. */
  readonly allowThirdPartyEmail: boolean | null;
}

/** One contact of the institution. */
export interface Contact extends ContactDetails {
  readonly contactNumber: string;
  /** S-360 manual, 4.2 Cultural Contact Creation & Distribution: an individual is preferred to a relay. */
  readonly kind: 'INDIVIDUAL' | 'RELAY';
  readonly hasInternetAccount: boolean;
  /** Created by createCulturalContact, so by the interface. */
  readonly createdByInterface: boolean;
  /** How often the interface has updated it. */
  readonly updates: number;
}

export const NO_DETAILS: ContactDetails = {
  individualTitle: null,
  individualFirstname: null,
  individualLastname: null,
  individualBirthdate: null,
  email: null,
  individualCountryCode: null,
  individualIdNumber: null,
  cellPhoneNumber: null,
  countryCode: null,
  individualPreferredLanguage: null,
  allowInstitutionEmail: null,
  allowThirdPartyEmail: null,
};

/** E-mails are compared without letter case and surrounding spaces. */
export function comparableEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** A contact of whom only the e-mail is known yet (the same page of the manual: «Pending CREATION»). */
export function isTemporary(contact: ContactDetails): boolean {
  return contact.individualFirstname === 'Pending' && contact.individualLastname === 'CREATION';
}

export type ContactColumns = Pick<TicketRow, Extract<ColumnName, `contact_${string}`>>;

/** How the rows of its tickets show a contact. */
export function columnsOfContact(contact: Contact): ContactColumns {
  const title = contact.individualTitle?.toUpperCase();
  return {
    contact_number: contact.contactNumber,
    contact_email: contact.email,
    contact_first_name: contact.individualFirstname,
    contact_last_name: contact.individualLastname,
    contact_gender: title === 'MR' ? 'M' : title === 'MRS' || title === 'MS' ? 'F' : null,
    contact_language: contact.individualPreferredLanguage,
  };
}
