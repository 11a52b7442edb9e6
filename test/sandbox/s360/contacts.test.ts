import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOOKS, S360ForTests, type Row } from './s360ForTests.js';

const SERVICE = '/tnco/backend-apis/contactInformationPublicService/v2_21';

interface Contact {
  readonly contactNumber: string;
  readonly email: string | null;
  readonly kind: string;
  readonly hasInternetAccount: boolean;
  readonly [field: string]: unknown;
}

let s360: S360ForTests;
let truth: Row[];
let contacts: Contact[];

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 900, seed: 3 });
  truth = await s360.truth();
  contacts = await allContacts();
});
afterAll(() => s360.close());

const search = async (...emails: string[]): Promise<Contact[]> =>
  (await s360.post(`${SERVICE}/searchContactsByEmail`, { requestId: null, emails })).body.contacts;
const create = async (...contactDataList: object[]) =>
  (await s360.post(`${SERVICE}/createCulturalContact`, { requestId: null, contactDataList })).body;
const fillIn = async (...updates: object[]) =>
  (await s360.post(`${HOOKS}/contacts/update-temporary`, { requestId: null, contacts: updates })).body.results;
const hook = async (name: string, body: object) => s360.post(`${HOOKS}/contacts/${name}`, body);
const shown = async (...emails: string[]): Promise<Contact[]> =>
  (await s360.get(`${HOOKS}/contacts?emails=${emails.map(encodeURIComponent).join(',')}`)).body.contacts;
const numbers = (found: readonly Contact[]) => found.map(({ contactNumber }) => contactNumber).sort();
const pending = (identifier: string, email: string | null) => ({
  identifier,
  createLogin: true,
  email,
  firstName: 'Pending',
  lastName: 'CREATION',
});

/** Every contact, walked page by page. */
async function allContacts(limit = 100): Promise<Contact[]> {
  const all: Contact[] = [];
  for (;;) {
    const after = all.at(-1)?.contactNumber;
    const query = after === undefined ? '' : `&afterContactNumber=${after}`;
    const { body } = await s360.get(`${HOOKS}/contacts?limit=${limit}${query}`);
    all.push(...body.contacts);
    if (body.contacts.length < limit) return all;
  }
}

describe('the contacts of the institution', () => {
  it('are those of its tickets, each once, by pages of any size', async () => {
    const ofTickets = new Set(truth.map((row) => row['contact_number']));
    expect(new Set(numbers(contacts)).size).toBe(contacts.length);
    expect(contacts.filter(({ contactNumber }) => ofTickets.has(contactNumber))).toHaveLength(ofTickets.size);
    expect(await allContacts(7)).toEqual(contacts);
  });

  it('have the names of their tickets', () => {
    const row = truth.find((one) => one['contact_gender'] === 'F')!;
    expect(contacts.find(({ contactNumber }) => contactNumber === row['contact_number'])).toMatchObject({
      individualTitle: 'MRS',
      individualFirstname: row['contact_first_name'],
      individualLastname: row['contact_last_name'],
      individualPreferredLanguage: row['contact_language'],
      kind: 'INDIVIDUAL',
      createdByInterface: false,
      updates: 0,
      authorizations: { CNIL_O: null, CNIL_T: null },
      consents: { INSTITUTION: null, THIRD_PARTY: null },
    });
  });

  it('mostly have an internet account; a few e-mails have two contacts, a few are in capitals', () => {
    const byEmail = new Map<string | undefined, Contact[]>();
    for (const contact of contacts) {
      const email = contact.email?.toLowerCase();
      byEmail.set(email, [...(byEmail.get(email) ?? []), contact]);
    }
    const kinds = [...byEmail.values()].map((some) =>
      some.map(({ kind, hasInternetAccount }) => `${kind} ${hasInternetAccount ? 'with' : 'without'}`).join(', '),
    );
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect(count('INDIVIDUAL with') / kinds.length).toBeGreaterThan(0.8);
    expect(count('INDIVIDUAL without')).toBeGreaterThan(0);
    expect(count('INDIVIDUAL with, RELAY with')).toBeGreaterThan(0);
    expect(count('INDIVIDUAL with, INDIVIDUAL without')).toBeGreaterThan(0);
    expect(count('INDIVIDUAL without, RELAY with')).toBeGreaterThan(0);
    expect(contacts.some(({ email }) => email !== null && email === email.toUpperCase())).toBe(true);
  });

  it.each(['limit=0', 'limit=5001', 'afterContactNumber=nobody'])('are not shown for %s', async (query) => {
    const { status, body } = await s360.get(`${HOOKS}/contacts?${query}`);
    expect([status, body.statusDetail.split(':')[0]]).toEqual([400, query.split('=')[0]]);
  });
});

describe('searching contacts by e-mail', () => {
  it('finds every contact of every e-mail, and nobody else', async () => {
    const two = contacts.find(({ contactNumber }) => contactNumber.endsWith('-2'))!;
    const another = contacts.find(({ email }) => email !== null && email.toLowerCase() !== two.email?.toLowerCase())!;
    const wanted = [two, another].map(({ email }) => email!.toLowerCase());
    const found = await search(...wanted, wanted[0]!, 'nobody@example.org', '');
    expect(numbers(found)).toEqual(
      numbers(contacts.filter(({ email }) => wanted.includes(email?.toLowerCase() ?? ''))),
    );
    expect(found.length).toBeGreaterThan(2);
    expect(Object.keys(found[0]!).sort()).toEqual([
      'contactNumber',
      'email',
      'hasInternetAccount',
      'individualFirstname',
      'individualLastname',
      'individualTitle',
      'kind',
    ]);
  });

  it('looks neither at capitals nor at spaces around', async () => {
    const inCapitals = contacts.find(({ email }) => email !== null && email === email.toUpperCase())!;
    const found = numbers(await search(inCapitals.email!.toLowerCase()));
    expect(found).toContain(inCapitals.contactNumber);
    expect(numbers(await search(`  ${inCapitals.email!} `))).toEqual(found);
    await hook('add', { contacts: [{ contactNumber: 'S1', email: ' Spaced@Example.org ' }] });
    expect(numbers(await search('spaced@example.org'))).toEqual(['S1']);
  });

  it('takes 1000 e-mails at most', async () => {
    const emails = Array.from({ length: 1001 }, (_, place) => `a${place}@example.org`);
    expect((await s360.post(`${SERVICE}/searchContactsByEmail`, { emails })).status).toBe(400);
    expect(await search(...emails.slice(1))).toEqual([]);
  });
});

describe('creating contacts', () => {
  it('gives each a number that nobody has, and they are found', async () => {
    const before = (await s360.get(`${HOOKS}/counters`)).body.contactsCreated;
    const answer = await create(pending('one', 'new1@example.org'), {
      ...pending('two', 'New2@example.org'),
      createLogin: false,
      firstName: 'Ana',
      lastName: 'Silva',
    });
    const map = answer.identifierContactMap;
    expect(answer.culturalContactData).toEqual([
      { identifier: 'one', contactNumber: map.one },
      { identifier: 'two', contactNumber: map.two },
    ]);
    expect(answer).not.toHaveProperty('refused');
    expect(numbers(contacts)).not.toContain(map.one);
    expect(await search('NEW1@example.org', 'new2@example.org')).toMatchObject([
      {
        contactNumber: map.one,
        individualFirstname: 'Pending',
        individualLastname: 'CREATION',
        hasInternetAccount: true,
      },
      { contactNumber: map.two, individualFirstname: 'Ana', hasInternetAccount: false, kind: 'INDIVIDUAL' },
    ]);
    expect(await shown('new1@example.org')).toMatchObject([{ createdByInterface: true, updates: 0 }]);
    expect((await s360.get(`${HOOKS}/counters`)).body.contactsCreated).toBe(Number(before) + 2);
    const all = await allContacts(50);
    expect(numbers(all.slice(-2))).toEqual([map.one, map.two].sort());
  });

  it('twice creates two: it looks at no e-mail', async () => {
    await create(pending('a', 'twice@example.org'));
    await create(pending('a', 'twice@example.org'));
    expect(new Set(numbers(await search('twice@example.org'))).size).toBe(2);
  });

  it('takes a number of the caller that is free, and no other', async () => {
    const own = { ...pending('own', 'own@example.org'), contactNumber: 'OWN-1' };
    expect((await create(own)).identifierContactMap).toEqual({ own: 'OWN-1' });
    const again = await create(own, pending('other', 'other@example.org'));
    expect(again.refused).toEqual([{ identifier: 'own', errorCode: 'CONTACT_NUMBER_EXISTS' }]);
    expect(Object.keys(again.identifierContactMap)).toEqual(['other']);
    const tooLong = { ...own, contactNumber: 'x'.repeat(21) };
    expect((await s360.post(`${SERVICE}/createCulturalContact`, { contactDataList: [tooLong] })).status).toBe(400);
  });

  it('refuses each entry without an e-mail address, and creates the others', async () => {
    const answer = await create(
      pending('none', null),
      pending('bad', 'no address'),
      pending('good', 'good@example.org'),
    );
    expect(answer.refused).toEqual([
      { identifier: 'none', errorCode: 'INVALID_EMAIL' },
      { identifier: 'bad', errorCode: 'INVALID_EMAIL' },
    ]);
    expect(numbers(await search('good@example.org'))).toEqual([answer.identifierContactMap.good]);
  });

  it('of two entries with one identifier is an error, and then nothing is created', async () => {
    const answer = await create(pending('same', 'same1@example.org'), pending('same', 'same2@example.org'));
    expect(answer.statusCode).toBe('error.duplicateIdentifier');
    expect(await search('same1@example.org', 'same2@example.org')).toEqual([]);
  });
});

describe('filling in temporary contacts', () => {
  const details = {
    individualTitle: 'MR',
    individualFirstname: 'Ana',
    individualLastname: 'Silva',
    individualBirthdate: '1990-02-28',
    individualCountryCode: 'PT',
    individualIdNumber: 'X1',
    cellPhoneNumber: '+447700900001',
    countryCode: 'GB',
    individualPreferredLanguage: 'pt',
  };

  it('keeps what is given, once: then the contact has a name', async () => {
    const { one: contactNumber } = (await create(pending('one', 'fill@example.org'))).identifierContactMap;
    const update = { contactNumber, ...details, allowInstitutionEmail: true, allowThirdPartyEmail: false };
    expect(await fillIn(update)).toEqual([{ contactNumber, outcome: 'UPDATED' }]);
    expect(await shown('fill@example.org')).toEqual([
      {
        contactNumber,
        ...details,
        email: 'fill@example.org',
        kind: 'INDIVIDUAL',
        hasInternetAccount: true,
        createdByInterface: true,
        updates: 1,
        authorizations: { CNIL_O: true, CNIL_T: false },
        consents: { INSTITUTION: true, THIRD_PARTY: false },
      },
    ]);
    expect(await fillIn({ ...update, individualFirstname: 'Eve' })).toEqual([
      { contactNumber, outcome: 'NOT_TEMPORARY' },
    ]);
    expect(await shown('fill@example.org')).toMatchObject([{ individualFirstname: 'Ana', updates: 1 }]);
  });

  it('leaves what is null or absent as it is', async () => {
    const { one: contactNumber } = (await create(pending('one', 'null@example.org'))).identifierContactMap;
    await fillIn({ contactNumber, countryCode: 'GB', allowInstitutionEmail: true });
    await fillIn({
      contactNumber,
      countryCode: null,
      individualFirstname: null,
      allowInstitutionEmail: null,
      email: null,
    });
    expect(await shown('null@example.org')).toMatchObject([
      { countryCode: 'GB', individualFirstname: 'Pending', authorizations: { CNIL_O: true, CNIL_T: null }, updates: 2 },
    ]);
  });

  it('never touches a contact with a name, and says which contacts nobody has', async () => {
    const normal = contacts[0]!;
    expect(await fillIn({ contactNumber: normal.contactNumber, ...details }, { contactNumber: 'nobody' })).toEqual([
      { contactNumber: normal.contactNumber, outcome: 'NOT_TEMPORARY' },
      { contactNumber: 'nobody', outcome: 'UNKNOWN_CONTACT' },
    ]);
    expect((await s360.get(`${HOOKS}/contacts?limit=1`)).body.contacts).toEqual([normal]);
  });

  it('leaves a contact alone that a person has given a name', async () => {
    const { one: contactNumber } = (await create(pending('one', 'renamed@example.org'))).identifierContactMap;
    const set = { individualFirstname: 'Zoé', individualLastname: 'Lefèvre' };
    expect((await hook('change', { contactNumber, set })).body).toEqual({ changed: 1 });
    expect(await fillIn({ contactNumber, ...details })).toEqual([{ contactNumber, outcome: 'NOT_TEMPORARY' }]);
    expect(await shown('renamed@example.org')).toMatchObject([{ ...set, createdByInterface: true, updates: 0 }]);
  });

  it('is found by a new e-mail, no longer by the old one', async () => {
    const { one: contactNumber } = (await create(pending('one', 'old@example.org'))).identifierContactMap;
    await fillIn({ contactNumber, email: 'moved@example.org' });
    expect(await search('old@example.org')).toEqual([]);
    expect(numbers(await search('moved@example.org'))).toEqual([contactNumber]);
  });

  it.each([
    [{ email: 'no address' }, 'INVALID_EMAIL'],
    [{ individualBirthdate: '28.02.1990' }, 'INVALID_BIRTHDATE'],
    [{ individualBirthdate: '1990-02-31' }, 'INVALID_BIRTHDATE'],
  ])('refuses %j, and fills in the others', async (wrong, errorCode) => {
    const map = (await create(pending('a', 'a@example.org'), pending('b', 'b@example.org'))).identifierContactMap;
    expect(await fillIn({ contactNumber: map.a, ...details, ...wrong }, { contactNumber: map.b, ...details })).toEqual([
      { contactNumber: map.a, outcome: 'REFUSED', errorCode },
      { contactNumber: map.b, outcome: 'UPDATED' },
    ]);
  });
});

describe('people who look after contacts', () => {
  it('add and change contacts, also those of tickets', async () => {
    const { body } = await hook('add', {
      contacts: [{ email: 'relay@example.org', kind: 'RELAY', hasInternetAccount: false }, { contactNumber: 'P-1' }],
    });
    expect(body.contactNumbers[1]).toBe('P-1');
    expect(await shown('relay@example.org')).toMatchObject([
      { contactNumber: body.contactNumbers[0], kind: 'RELAY', hasInternetAccount: false, createdByInterface: false },
    ]);
    const place = contacts.findIndex(
      ({ email }) => contacts.filter((one) => one.email?.toLowerCase() === email?.toLowerCase()).length === 1,
    );
    const ofTicket = contacts[place]!;
    await hook('change', { contactNumber: ofTicket.contactNumber, set: { email: 'changed@example.org' } });
    expect(await search(ofTicket.email!)).toEqual([]);
    expect(numbers(await search('changed@example.org'))).toEqual([ofTicket.contactNumber]);
    expect((await allContacts())[place]).toMatchObject({
      contactNumber: ofTicket.contactNumber,
      email: 'changed@example.org',
    });
  });

  it('cannot give a number twice, nor change a contact that nobody has', async () => {
    const taken = contacts[0]!.contactNumber;
    const two = await hook('add', { contacts: [{ contactNumber: 'Q-1' }, { contactNumber: taken }] });
    expect([two.status, two.body.statusDetail]).toEqual([400, '/contacts/1/contactNumber: another contact has it']);
    expect((await hook('change', { contactNumber: 'Q-1', set: {} })).status).toBe(400);
  });

  it('can poison an e-mail until they accept it again', async () => {
    const { a: contactNumber } = (await create(pending('a', 'Poison@example.org'))).identifierContactMap;
    const order = { emails: ['poison@example.ORG'], errorCode: 'BLOCKED' };
    expect((await hook('refuse', order)).body).toEqual({ refused: 1 });
    expect((await create(pending('b', 'poison@example.org'), pending('c', 'sound@example.org'))).refused).toEqual([
      { identifier: 'b', errorCode: 'BLOCKED' },
    ]);
    expect(await fillIn({ contactNumber, countryCode: 'GB' })).toEqual([
      { contactNumber, outcome: 'REFUSED', errorCode: 'BLOCKED' },
    ]);
    expect((await hook('accept', { emails: ['POISON@example.org'] })).body).toEqual({ refused: 0 });
    expect(await fillIn({ contactNumber, countryCode: 'GB' })).toEqual([{ contactNumber, outcome: 'UPDATED' }]);
  });
});

describe('the service', () => {
  it('has one limit for its three operations, and takes no call without a token', async () => {
    const limited = await S360ForTests.start({ tickets: 10, rateLimit: { callsPerMinute: 3 } });
    const calls = [
      [`${SERVICE}/searchContactsByEmail`, { emails: ['a@example.org'] }],
      [`${SERVICE}/createCulturalContact`, { contactDataList: [pending('a', 'a@example.org')] }],
      [`${HOOKS}/contacts/update-temporary`, { contacts: [{ contactNumber: 'nobody' }] }],
    ] as const;
    for (const [path, body] of calls) {
      const { status } = await limited.post(path, body, { authorization: 'Bearer no' });
      expect([path, status]).toEqual([path, 401]);
    }
    for (const [path, body] of calls) expect([path, (await limited.post(path, body)).status]).toEqual([path, 509]);
    const { calls: counted } = (await limited.get(`${HOOKS}/counters`)).body;
    expect(counted).toMatchObject({
      'contactInformationPublicService.searchContactsByEmail': 2,
      'contactInformationPublicService.createCulturalContact': 2,
      'contactInformationPublicService.updateTemporaryContacts': 2,
    });
    await limited.close();
  });
});
