import { readJson, s360Control } from './sandboxTickets.js';

export interface S360Contact {
  readonly contactNumber: string;
  readonly email: string | null;
  readonly individualFirstname: string | null;
  readonly individualLastname: string | null;
  readonly kind: string;
  readonly hasInternetAccount: boolean;
  readonly createdByInterface: boolean;
  /** How often the interface has changed it. */
  readonly updates: number;
}

/** Contacts by mailbox. */
export type ContactsByEmail = ReadonlyMap<string, readonly S360Contact[]>;

const pageSize = 5_000;
/** So many fit into an address. */
const emailsPerCall = 50;

/** All contacts of S-360. @param url the address that the interface has for S-360 */
export async function* allContacts(url: string): AsyncGenerator<S360Contact, void, void> {
  for (let after: string | null = null; ;) {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(after === null ? {} : { afterContactNumber: after }),
    });
    const contacts: readonly S360Contact[] = await readContacts(url, query);
    yield* contacts;
    const last = contacts.at(-1);
    if (last === undefined || contacts.length < pageSize) return;
    after = last.contactNumber;
  }
}

/** Every contact of every e-mail. */
export async function contactsByEmail(url: string, emails: ReadonlySet<string>): Promise<ContactsByEmail> {
  const found = new Map<string, S360Contact[]>();
  // A comma separates e-mails in the question, so none with a comma can be asked for.
  const wanted = [...emails].filter((email) => !email.includes(','));
  for (let at = 0; at < wanted.length; at += emailsPerCall) {
    const query = new URLSearchParams({
      emails: wanted.slice(at, at + emailsPerCall).join(','),
      limit: String(pageSize),
    });
    for (const contact of await readContacts(url, query)) {
      const box = mailboxOf(contact.email) ?? '';
      found.set(box, [...(found.get(box) ?? []), contact]);
    }
  }
  return found;
}

/** The same mailbox, whatever its letter case and the spaces around it; null for nothing. */
export function mailboxOf(email: unknown): string | null {
  const text = typeof email === 'string' ? email.trim().toLowerCase() : '';
  return text === '' ? null : text;
}

/** Under this name a contact waits for its details. */
export function isPending({ individualFirstname, individualLastname }: S360Contact): boolean {
  return individualFirstname === 'Pending' && individualLastname === 'CREATION';
}

async function readContacts(url: string, query: URLSearchParams): Promise<readonly S360Contact[]> {
  const { contacts } = await readJson<{ contacts: readonly S360Contact[] }>(
    `${s360Control(url)}/contacts?${query.toString()}`,
  );
  return contacts;
}
