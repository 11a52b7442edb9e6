import { Hono, type Context } from 'hono';
import type { AnswerChecker } from '../../shared/answerChecker.js';
import { pageLimit } from '../pageLimit.js';
import { readRequest } from '../readRequest.js';
import { refused } from '../refused.js';
import { refusalRoutes } from '../refusalRoutes.js';
import type { S360State } from '../state.js';
import { comparableEmail, type Contact } from './contact.js';
import type { NewContact } from './contactStore.js';

type AddedContact = Omit<Partial<NewContact>, 'createdByInterface'>;

/**
 * The hooks of people who look after contacts, to be mounted under the sandbox's hooks: `GET /contacts`,
 * `POST /contacts/{add|change|refuse|accept}`.
 */
export function contactRoutes(state: S360State, checker: AnswerChecker): Hono {
  return new Hono()
    .get('/contacts', (c) => shownContacts(c, state))
    .post('/contacts/add', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      const { contacts } = body.value as { readonly contacts: readonly AddedContact[] };
      const problem = takenNumber(state, contacts);
      if (problem !== null) return refused(c, problem);
      const added = contacts.map((contact) =>
        state.contacts.create({ kind: 'INDIVIDUAL', hasInternetAccount: true, ...contact, createdByInterface: false }),
      );
      return c.json({ contactNumbers: added.map(({ contactNumber }) => contactNumber) });
    })
    .post('/contacts/change', async (c) => {
      const body = await readRequest(c, checker);
      if (!body.ok) return refused(c, body.problem);
      const { contactNumber, set } = body.value as { readonly contactNumber: string; readonly set: AddedContact };
      const contact = state.contacts.byNumber(contactNumber);
      if (contact === undefined) return refused(c, '/contactNumber: no such contact');
      state.contacts.change(contact, set as Partial<Contact>);
      return c.json({ changed: 1 });
    })
    .route(
      '/contacts',
      refusalRoutes(checker, state.contactRefusals, (body: { readonly emails: readonly string[] }) =>
        body.emails.map(comparableEmail),
      ),
    );
}

/** The whole truth about contacts, by pages, or about those with some e-mails. */
function shownContacts(c: Context, { contacts }: S360State): Response {
  const limit = pageLimit(c);
  if (typeof limit === 'string') return refused(c, limit);
  const after = c.req.query('afterContactNumber') ?? null;
  if (after !== null && contacts.byNumber(after) === undefined) {
    return refused(c, 'afterContactNumber: expected the number of a contact');
  }
  const emails = c.req.query('emails')?.split(',').map(comparableEmail);
  const found: Contact[] = [];
  const wanted =
    emails === undefined ? contacts.after(after) : [...new Set(emails)].flatMap((e) => contacts.byEmail(e));
  for (const contact of wanted) {
    if (found.length === limit) break;
    found.push(contact);
  }
  return c.json({ contacts: found.map(shown) });
}

function shown({ allowInstitutionEmail, allowThirdPartyEmail, ...contact }: Contact): object {
  return {
    ...contact,
    authorizations: { CNIL_O: allowInstitutionEmail, CNIL_T: allowThirdPartyEmail },
    consents: { INSTITUTION: allowInstitutionEmail, THIRD_PARTY: allowThirdPartyEmail },
  };
}

function takenNumber(state: S360State, added: readonly AddedContact[]): string | null {
  const numbers = new Set<string>();
  for (const [place, { contactNumber }] of added.entries()) {
    if (contactNumber === null || contactNumber === undefined) continue;
    if (numbers.has(contactNumber) || state.contacts.byNumber(contactNumber) !== undefined) {
      return `/contacts/${String(place)}/contactNumber: another contact has it`;
    }
    numbers.add(contactNumber);
  }
  return null;
}
