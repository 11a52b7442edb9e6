import { services } from '../domain/callServices.js';
import { temporaryName, type Contact, type ContactDetails } from '../domain/culturalContact.js';
import { printableKey } from '../http/callFailed.js';
import { S360Connection, type S360Session } from './connection.js';
import { halved } from './halved.js';
import { createContactsSchema, searchContactsSchema, updateContactsSchema } from './schemas.js';

/** What became of one new contact, in the order of the e-mails; `unknown`: the answer leaves it out. */
export type CreatedContact =
  | { readonly kind: 'created'; readonly contactNumber: string }
  | { readonly kind: 'refused'; readonly errorCode: string }
  | { readonly kind: 'unknown' };

/** `notTemporary`: somebody has given it a name meanwhile, so it is left as it is. `unknown`: the answer leaves it out. */
export type CompletedContact =
  | { readonly kind: 'completed' | 'notTemporary' }
  | { readonly kind: 'refused'; readonly errorCode: string }
  | { readonly kind: 'unknown' };

export interface CompletableContact {
  readonly contactNumber: string;
  readonly details: ContactDetails;
}

/** S-360's contacts. Source: S-360 platform, «ContactInformationPublicService v2_21»; S-360 manual, «4.2 Cultural Contact Creation & Distribution». */
export class S360Contacts {
  private readonly connection: S360Connection;

  constructor(private readonly session: S360Session) {
    this.connection = new S360Connection(session);
  }

  /** All contacts of some e-mails. @returns also the e-mails that S-360 refuses, each with its error code */
  async search(
    emails: readonly string[],
  ): Promise<{ readonly contacts: readonly Contact[]; readonly refused: ReadonlyMap<string, string> }> {
    const refused = new Map<string, string>();
    const contacts = await halved(
      emails,
      (some) => this.searchOnce(some),
      (email, errorCode): Contact | null => {
        refused.set(email, errorCode);
        return null;
      },
    );
    return { contacts: contacts.filter((contact) => contact !== null), refused };
  }

  private async searchOnce(emails: readonly string[]): Promise<(Contact | null)[]> {
    if (emails.length === 0) return [];
    const { contacts } = await this.connection.call(
      'searchContactsByEmail',
      services.contacts,
      { requestId: null, emails },
      searchContactsSchema,
      this.session.readTimeoutMs,
    );
    return contacts.map((contact) => ({
      contactNumber: contact.contactNumber,
      email: contact.email,
      firstName: contact.individualFirstname ?? null,
      lastName: contact.individualLastname ?? null,
      hasInternetAccount: contact.hasInternetAccount ?? false,
      kind: contact.kind ?? '',
    }));
  }

  /**
   * Creates contacts «Pending CREATION» with an internet account. Not idempotent: whoever asks again has looked again before.
   *
   * @returns in the order of the e-mails
   */
  create(emails: readonly string[]): Promise<CreatedContact[]> {
    return halved(
      emails,
      (some) => this.createOnce(some),
      (_, errorCode): CreatedContact => ({ kind: 'refused', errorCode }),
    );
  }

  private async createOnce(emails: readonly string[]): Promise<CreatedContact[]> {
    if (emails.length === 0) return [];
    const identifier = (index: number): string => String(index + 1);
    const answer = await this.connection.call(
      'createCulturalContact',
      services.contacts,
      {
        requestId: null,
        contactDataList: emails.map((email, index) => ({
          identifier: identifier(index),
          contactNumber: null,
          createLogin: true,
          email,
          ...temporaryName,
        })),
      },
      createContactsSchema,
      this.session.writeTimeoutMs,
    );
    const refused = new Map((answer.refused ?? []).map((one) => [one.identifier, one.errorCode ?? 'REFUSED']));
    return emails.map((_, index): CreatedContact => {
      const contactNumber = answer.identifierContactMap[identifier(index)];
      if (typeof contactNumber === 'string' && contactNumber !== '') return { kind: 'created', contactNumber };
      const errorCode = refused.get(identifier(index));
      return errorCode === undefined ? { kind: 'unknown' } : { kind: 'refused', errorCode: printableKey(errorCode) };
    });
  }

  /** Gives contacts «Pending CREATION» their details; S-360 leaves any other contact alone. */
  complete(contacts: readonly CompletableContact[]): Promise<CompletedContact[]> {
    return halved(
      contacts,
      (some) => this.completeOnce(some),
      (_, errorCode): CompletedContact => ({ kind: 'refused', errorCode }),
    );
  }

  private async completeOnce(contacts: readonly CompletableContact[]): Promise<CompletedContact[]> {
    if (contacts.length === 0) return [];
    const { results } = await this.connection.call(
      'updateTemporaryContacts',
      services.contacts,
      { requestId: null, contacts: contacts.map(({ contactNumber, details }) => ({ contactNumber, ...details })) },
      updateContactsSchema,
      this.session.writeTimeoutMs,
    );
    const byNumber = new Map(results.map((result) => [result.contactNumber, result]));
    return contacts.map(({ contactNumber }): CompletedContact => {
      const result = byNumber.get(contactNumber);
      if (result?.outcome === 'UPDATED') return { kind: 'completed' };
      if (result?.outcome === 'NOT_TEMPORARY') return { kind: 'notTemporary' };
      if (result === undefined) return { kind: 'unknown' };
      return { kind: 'refused', errorCode: printableKey(result.errorCode ?? result.outcome) };
    });
  }
}
