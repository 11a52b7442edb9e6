import { COLUMNS } from '../columns.js';
import { failure, success, type Outcome } from '../envelope.js';
import type { S360State } from '../state.js';
import { comparableEmail, isTemporary, type ContactDetails } from './contact.js';

// The service as the S-360 manual's page ContactInformationPublicService v2_21 describes it, as far as the interface needs
// it. The bodies were checked against the OpenAPI document before they come here.

interface NewCulturalContact {
  /** The caller's own name for this entry. */
  readonly identifier: string;
  readonly contactNumber?: string | null;
  /** Whether the contact gets an internet account. */
  readonly createLogin: boolean;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

type ContactUpdate = Partial<ContactDetails> & { readonly contactNumber: string };

interface UpdateResult {
  readonly contactNumber: string;
  readonly outcome: 'UPDATED' | 'NOT_TEMPORARY' | 'UNKNOWN_CONTACT' | 'REFUSED';
  readonly errorCode?: string;
}

const SERVICE = 'contactInformationPublicService';

/** Every contact of every e-mail, without letter case and surrounding spaces; in no order that anybody promises. */
export function searchContactsByEmail({ contacts }: S360State, body: { readonly emails: readonly string[] }): Outcome {
  const found = new Map(
    body.emails.flatMap((email) => contacts.byEmail(email)).map((contact) => [contact.contactNumber, contact]),
  );
  return success({
    contacts: [...found.values()].map(
      ({
        contactNumber,
        email,
        individualTitle,
        individualFirstname,
        individualLastname,
        hasInternetAccount,
        kind,
      }) => ({
        contactNumber,
        email,
        individualTitle,
        individualFirstname,
        individualLastname,
        hasInternetAccount,
        kind,
      }),
    ),
  });
}

/** Creates a contact for each entry, whether or not there is one with its e-mail: who asks twice gets two. */
export function createCulturalContact(
  state: S360State,
  body: { readonly contactDataList: readonly NewCulturalContact[] },
): Outcome {
  const identifiers = new Set(body.contactDataList.map(({ identifier }) => identifier));
  if (identifiers.size < body.contactDataList.length) {
    return failure('error.duplicateIdentifier', 'two entries have the same identifier');
  }
  const created: { identifier: string; contactNumber: string }[] = [];
  const refused: { identifier: string; errorCode: string }[] = [];
  for (const entry of body.contactDataList) {
    const { identifier, createLogin, email, firstName, lastName } = entry;
    const errorCode = creationProblem(state, entry);
    if (errorCode !== undefined) {
      refused.push({ identifier, errorCode });
      continue;
    }
    const { contactNumber } = state.contacts.create({
      contactNumber: entry.contactNumber ?? null,
      email,
      individualFirstname: firstName,
      individualLastname: lastName,
      kind: 'INDIVIDUAL',
      hasInternetAccount: createLogin,
      createdByInterface: true,
    });
    created.push({ identifier, contactNumber });
    state.accepted(`${SERVICE}.createCulturalContact`);
  }
  state.counters.contactsCreated += created.length;
  return success({
    identifierContactMap: Object.fromEntries(
      created.map(({ identifier, contactNumber }) => [identifier, contactNumber]),
    ),
    culturalContactData: created,
    ...(refused.length > 0 && { refused }),
  });
}

/**
 * Fills in contacts of whom only the e-mail was known; what is null or absent stays. PROPOSED: what the manual's interface
 * does inside S-360 (S-360 manual, 4.2 Cultural Contact Creation & Distribution: «update only temporary contacts»).
 */
export function updateTemporaryContacts(
  state: S360State,
  body: { readonly contacts: readonly ContactUpdate[] },
): Outcome {
  const results = body.contacts.map((update) => updateOne(state, update));
  state.counters.contactsUpdated += results.filter(({ outcome }) => outcome === 'UPDATED').length;
  return success({ results });
}

function creationProblem({ contacts, contactRefusals }: S360State, entry: NewCulturalContact): string | undefined {
  const { email, contactNumber } = entry;
  if (email?.includes('@') !== true) return 'INVALID_EMAIL';
  if (typeof contactNumber === 'string' && contacts.byNumber(contactNumber) !== undefined)
    return 'CONTACT_NUMBER_EXISTS';
  return contactRefusals.codeOf(comparableEmail(email));
}

function updateOne(state: S360State, { contactNumber, ...update }: ContactUpdate): UpdateResult {
  const { contacts, contactRefusals } = state;
  const contact = contacts.byNumber(contactNumber);
  if (contact === undefined) return { contactNumber, outcome: 'UNKNOWN_CONTACT' };
  if (!isTemporary(contact)) return { contactNumber, outcome: 'NOT_TEMPORARY' };
  const errorCode =
    detailsProblem(update) ??
    contactRefusals.codeOf(comparableEmail(contact.email ?? '')) ??
    contactRefusals.codeOf(comparableEmail(update.email ?? ''));
  if (errorCode !== undefined) return { contactNumber, outcome: 'REFUSED', errorCode };
  const known = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== null));
  contacts.change(contact, { ...known, updates: contact.updates + 1 });
  state.accepted(`${SERVICE}.updateTemporaryContacts`);
  return { contactNumber, outcome: 'UPDATED' };
}

function detailsProblem({ email, individualBirthdate: birthdate }: Partial<ContactDetails>): string | undefined {
  if (typeof email === 'string' && !email.includes('@')) return 'INVALID_EMAIL';
  const isWrongDate = typeof birthdate === 'string' && !COLUMNS.holder_birth_date.accepts(birthdate);
  return isWrongDate ? 'INVALID_BIRTHDATE' : undefined;
}
