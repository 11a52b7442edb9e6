import { wrong, type Finding } from './finding.js';
import { allContacts, contactsByEmail, isPending, mailboxOf, type S360Contact } from './s360Contacts.js';

/** What the interface has done to the contacts of S-360. */
export interface CreatedContacts {
  /** Numbers of the contacts that it has created. */
  readonly numbers: ReadonlySet<string>;
  /** Of those, how many still wait for their name. */
  readonly pending: number;
  readonly findings: readonly (Finding & { readonly contactNumber: string })[];
}

/** Nobody who had a contact may get a second one, and a contact with a name is left as it is. */
export async function createdContacts(url: string): Promise<CreatedContacts> {
  const created: S360Contact[] = [];
  const findings: CreatedContacts['findings'][number][] = [];
  for await (const contact of allContacts(url)) {
    if (contact.createdByInterface) created.push(contact);
    else if (contact.updates > 0) {
      const { contactNumber } = contact;
      findings.push({ ...wrong('contact', 'was changed, but the interface has not created it'), contactNumber });
    }
  }
  const boxOf = ({ email }: S360Contact): string => mailboxOf(email) ?? '';
  const byEmail = await contactsByEmail(url, new Set(created.map(boxOf)));
  for (const contact of created) {
    const { contactNumber } = contact;
    const others = (byEmail.get(boxOf(contact)) ?? []).filter((other) => other.contactNumber !== contactNumber);
    // Of two that were created, only one is told.
    if (others.some((other) => !other.createdByInterface || other.contactNumber < contactNumber)) {
      findings.push({ ...wrong('contact', 'was created, but its e-mail had a contact'), contactNumber });
    }
  }
  return {
    numbers: new Set(created.map(({ contactNumber }) => contactNumber)),
    pending: created.filter(isPending).length,
    findings,
  };
}
