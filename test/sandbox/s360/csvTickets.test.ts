import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { csvTickets, parseTickets } from '../../../sandbox/s360/data/csvTickets.js';
import { COLUMN_NAMES } from '../../../sandbox/s360/columns.js';
import { startS360Sandbox } from '../../../sandbox/s360/sandbox.js';
import { S360ForTests } from './s360ForTests.js';

const EXAMPLE = 'config/tickets.example.csv';
const HEADER = 'ticket_id,ticket_state,product_kind,product_code,file_id,shipment_mode_type';
const LINE = '100,NOT_PRINTED,MATCH,CUP,7,BLOCKCHAIN';

const folder = mkdtempSync(join(tmpdir(), 's360-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What loading says about a text. */
function complaint(text: string): string {
  try {
    parseTickets(text, 'f.csv');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the text was taken');
}
/** The same about a good line with other values. */
function complaintAbout(values: Record<string, string>): string {
  const names = [...new Set([...HEADER.split(','), ...Object.keys(values)])];
  const good = new Map(HEADER.split(',').map((name, place) => [name, LINE.split(',')[place]]));
  return complaint(`${names.join(',')}\n${names.map((name) => values[name] ?? good.get(name)).join(',')}\n`);
}

describe('the example file', () => {
  it('loads, and its tickets are offered', async () => {
    const s360 = await S360ForTests.start({ csvFile: EXAMPLE });
    const truth = await s360.truth();
    expect(truth).toHaveLength(20);
    const rows = await s360.walk({ shipmentModes: 'BLOCKCHAIN', blockchainTicketModel: 'true' });
    expect(rows).toHaveLength(15);
    expect(rows[0]).toMatchObject({ performance_name: 'FC Lindenhof - AS Rivière', price: 60000, printed_by: null });
    expect((await s360.page({ product: 'MATCH-01' })).body.statusCode).toBe('error.unknownParameterValue');
    await s360.close();
  });

  it('is about nobody: every e-mail is on example.org', () => {
    const source = csvTickets(EXAMPLE);
    for (let index = 0; index < source.count; index += 1) {
      const { contact_email: contact, holder_email: holder } = source.rowAt(index);
      expect(`${contact ?? ''} ${holder ?? ''}`).toMatch(/^\S+@example\.org (\S+@example\.org)?$/);
    }
  });
});

describe('a file of tickets', () => {
  it('may leave columns out: they are null, or what they mostly are', () => {
    const [row] = parseTickets(`${HEADER}\n${LINE}\n`, 'f.csv');
    expect(Object.keys(row!)).toEqual(COLUMN_NAMES);
    expect(row).toMatchObject({
      ticket_id: 100,
      cancellation_cause: 'NOT_CANCELLED',
      ticket_model_blockchain: true,
      organization_code: 'FCDEMO',
      barcode: null,
      price: null,
    });
  });

  it('may begin with a byte order mark, end its lines with CR LF, quote, and be in any order of columns and ids', () => {
    const columns = 'barcode,shipment_mode_type,ticket_id,ticket_state,product_kind,product_code,file_id,site';
    const lines = ['007,BLOCKCHAIN,9,NOT_PRINTED,MATCH,C,1,"Hall ""A"", north"', ',PICK_UP,8,PRINTED,EVENT,C,1,'];
    const rows = parseTickets(`\uFEFF${columns}\r\n${lines.join('\r\n')}\r\n`, 'f.csv');
    expect(rows.map((row) => row.ticket_id)).toEqual([8, 9]);
    expect(rows[1]).toMatchObject({ barcode: '007', site: 'Hall "A", north' });
  });
});

describe('a mistake in a file', () => {
  it.each([
    ['price', '45.50', 'expected a whole number of thousandths, got "45.50"'],
    ['ticket_id', 'abc', 'expected a whole number, got "abc"'],
    ['ticket_id', '', 'expected a whole number, got nothing'],
    ['ticket_id', '99999999999999999', 'expected a whole number, got "99999999999999999"'],
    ['ticket_state', 'SOLD', 'expected one of NOT_PRINTED, PRINTED, CANCELLED, INVALIDATED, CONTROLLED, got "SOLD"'],
    ['start', '2027-02-30 20:00:00', 'expected a date-time YYYY-MM-DD HH:mm:ss, got "2027-02-30 20:00:00"'],
    ['start', '2027-02-03T20:00:00Z', 'expected a date-time YYYY-MM-DD HH:mm:ss, got "2027-02-03T20:00:00Z"'],
    ['time_zone', 'Europe/Zürich', 'expected an IANA time zone such as Europe/Zurich, got "Europe/Zürich"'],
    ['ticket_model_blockchain', 'yes', 'expected true or false, got "yes"'],
    ['printed_by', 'TIXNGO', 'expected salesChannelCode;posCode, got "TIXNGO"'],
    ['country_code', 'ch', 'expected a country code of two capital letters, got "ch"'],
  ])('in %s («%s») is told with line and column', (column, value, sentence) => {
    expect(complaintAbout({ [column]: value })).toBe(
      `f.csv: one mistake, nothing was loaded\n  line 2, column ${column}: ${sentence}`,
    );
  });

  it.each([
    ['holder_birth_date', '12.03.1988', 'expected a date YYYY-MM-DD'],
    ['holder_gender', 'FEMALE', 'expected one of M, F, U, X'],
    ['contact_gender', 'Mrs-Smith', 'expected one of M, F, U, X'],
  ])('in the personal column %s is told without the value', (column, value, expected) => {
    const text = complaintAbout({ [column]: value });
    expect(text).toContain(`line 2, column ${column}: ${expected}, got another value (not shown: it is personal)`);
    expect(text).not.toContain(value);
  });

  it('is told with the right line, every one of them, up to twenty', () => {
    const text = complaint(`${HEADER}\n${LINE}\n\n${LINE.replace('MATCH', 'GAME')}\n${'x,y,z,a,b,c\n'.repeat(6)}`);
    expect(text).toContain('line 4, column product_kind: expected one of EVENT');
    expect(text).toContain('line 5, column ticket_id');
    expect(text.split('\n').filter((line) => line.includes('line '))).toHaveLength(20);
    expect(text).toContain('f.csv: 31 mistakes, nothing was loaded');
    expect(text).toMatch(/and 11 more$/);
  });

  it('may be an id that another line has', () => {
    expect(complaint(`${HEADER}\n${LINE}\n${LINE}\n`)).toContain(
      'line 3, column ticket_id: expected an id of its own, got the one of line 2',
    );
  });

  it('may be a line with another number of columns', () => {
    expect(complaint(`${HEADER}\n${LINE},more\n`)).toContain('line 2: expected 6 columns as in the header, got 7');
  });

  it('may be in the header', () => {
    const text = complaint(`ticket_id,ticket_state,ticket_id,colour\n1,PRINTED,1,red\n`);
    expect(text).toContain('line 1: unknown column "colour"');
    expect(text).toContain('line 1: the column ticket_id is there twice');
    expect(text).toContain('line 1: the column shipment_mode_type is missing');
    expect(complaint('')).toBe('f.csv: expected a header line with column names, the file is empty');
  });

  it('in the quotes is told without a word of the file', () => {
    const text = complaint(`${HEADER},holder_last_name\n${LINE},"Müller\n`);
    expect(text).toContain('expected comma separated values with balanced quotes');
    expect(text).not.toContain('Müller');
  });

  it('lets nothing start', async () => {
    const file = join(folder, 'bad.csv');
    writeFileSync(file, `${HEADER}\n${LINE}\n101,NOT_PRINTED,MATCH,CUP,x,BLOCKCHAIN\n`);
    await expect(startS360Sandbox({ csvFile: file })).rejects.toThrow(
      'line 3, column file_id: expected a whole number',
    );
    await expect(startS360Sandbox({ csvFile: join(folder, 'none.csv') })).rejects.toThrow('there is no such file');
  });
});
