import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseTicketListFile, type TicketListFile } from '../../src/domain/ticketListFile.js';

const byTicket = 'one tax number, or id: and one ticket id, such as id:10228305000005';
const byId = 'one ticket id, such as 10228305000005';
const noHeader = (line: number): string =>
  `line ${String(line)}: expected a header with one column out of ticket, tax_number, ticket_id, and one ticket in each line after it`;

/** What an operator has written, in the order of the list. */
function read(text: string): { ids: string[]; numbers: string[]; bad: number[] } {
  const file = parsed(text);
  return {
    ids: [...file.tickets.ticketIds],
    numbers: [...file.tickets.taxNumbers],
    bad: file.badLines.map(({ line }) => line),
  };
}

function parsed(text: string): TicketListFile {
  const file = parseTicketListFile(text);
  if ('unusable' in file) throw new Error(file.unusable);
  return file;
}

describe('A file of tickets to send', () => {
  test.each<[string, string, { ids?: string[]; numbers?: string[] }]>([
    ['tax numbers', 'ticket\nTN1\n700000007\n', { numbers: ['TN1', '700000007'] }],
    ['ticket ids among tax numbers', 'ticket\nid:5\nTN1\nid: 6\n', { ids: ['5', '6'], numbers: ['TN1'] }],
    ['a column of tax numbers', 'tax_number\nTN1\nid:5', { ids: ['5'], numbers: ['TN1'] }],
    ['a column of ticket ids, bare or not', 'ticket_id\n5\nid:6\n', { ids: ['5', '6'] }],
    ['the mark of the byte order', '\uFEFFticket\nTN1\n', { numbers: ['TN1'] }],
    ['line ends of Windows', 'ticket\r\nTN1\r\nTN2\r\n', { numbers: ['TN1', 'TN2'] }],
    ['line ends of old', 'ticket\rTN1\rTN2', { numbers: ['TN1', 'TN2'] }],
    ['quotes', '"ticket"\n"TN1"\n" id:5 "\n', { ids: ['5'], numbers: ['TN1'] }],
    ['empty lines and spaces around', '\n ticket \n\n  TN1\t\n   \nTN2 \n\n', { numbers: ['TN1', 'TN2'] }],
    ['a header in capitals', 'Ticket_ID\n5\n', { ids: ['5'] }],
    ['a ticket twice counts once', 'ticket\nTN1\nid:5\nTN1\nid:5\n', { ids: ['5'], numbers: ['TN1'] }],
  ])('%s', (_what, text, { ids = [], numbers = [] }) => {
    expect(read(text)).toEqual({ ids, numbers, bad: [] });
    expect(parsed(text).count).toBe(ids.length + numbers.length);
  });

  test.each<[string, string]>([
    ['an e-mail address', 'zoe@example.org'],
    ['several values', 'TN2,Zoe'],
    ['a semicolon', 'TN2;Zoe'],
    ['two words', 'TN2 TN3'],
    ['a quote that does not end', '"TN2'],
    ['a quote within', 'TN"2'],
    ['nothing between quotes', '""'],
    ['a letter in a ticket id', 'id:12x'],
    ['a ticket id that begins with 0', 'id:007'],
    ['a ticket id that is too long', `id:${'1'.repeat(20)}`],
    ['another prefix', 'nr:5'],
    ['a barcode with a bracket', '(01)04012345678901'],
    ['a byte 0', 'TN\u00002'],
    ['a letter that looks like another', 'ТN2'],
    ['a formula', '=1+1'],
    ['a huge line', 'x'.repeat(1_000_000)],
  ])('a bad line spoils no other one: %s', (_what, line) => {
    const file = parsed(`ticket\nTN1\n${line}\nid:5\n`);
    expect(file.badLines).toEqual([{ line: 3, expected: byTicket }]);
    expect(read(`ticket\nTN1\n${line}\nid:5\n`)).toMatchObject({ ids: ['5'], numbers: ['TN1'] });
  });

  test('a tax number in a column of ticket ids is a bad line', () => {
    expect(parsed('ticket_id\n5\nTN1\n')).toMatchObject({ count: 1, badLines: [{ line: 3, expected: byId }] });
  });

  test('lines are counted as an editor does, empty ones too', () => {
    expect(read('ticket\r\n\r\nTN1\r\n\r\nno ticket\r\n').bad).toEqual([5]);
  });

  test.each<[string, string, string]>([
    ['no header', 'TN1\nTN2\n', noHeader(1)],
    ['another header', '\nbarcode\nTN1\n', noHeader(2)],
    ['two columns', 'ticket,name\nTN1,Zoe\n', noHeader(1)],
    ['two columns with a semicolon', 'ticket;name\nTN1;Zoe\n', noHeader(1)],
    ['a name of JavaScript', 'constructor\nTN1\n', noHeader(1)],
    ['UTF-16 without a mark', Buffer.from('ticket\nTN1\n', 'utf16le').toString('latin1'), noHeader(1)],
    ['nothing', '', 'expected a header line and at least one ticket, got nothing'],
    ['empty lines', '\uFEFF\r\n \r\n', 'expected a header line and at least one ticket, got nothing'],
    ['a header alone', 'ticket\n\n', 'expected at least one ticket after the header line, got none'],
  ])('is none: %s', (_what, text, unusable) => {
    expect(parseTicketListFile(text)).toEqual({ unusable });
  });

  test('has at most 20,000 tickets, each counted once', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `TN${String(index)}`);
    expect(parsed(['ticket', ...lines, 'TN7', 'no ticket'].join('\n'))).toMatchObject({
      count: 20_000,
      badLines: [{ line: 20_003 }],
    });
    expect(parseTicketListFile(['ticket', ...lines, 'id:1'].join('\n'))).toEqual({
      unusable: 'expected at most 20000 tickets, got 20001; make several files of it',
    });
  });

  test('whatever is pasted: every line is a ticket or a bad one, and what is bad is not repeated', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('TN1', 'id:5', '"TN2"', '', ' ', 'CANARY zoe@example.org', '"CANARY', 'CANARY;1'),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (given) => {
        const lines = ['ticket', 'TN0', ...given].join('\n').split(/\r\n|\r|\n/);
        const file = parsed(lines.join('\n'));
        const bad = new Set(file.badLines.map(({ line: position }) => position));
        for (const [index, text] of lines.entries()) {
          const value = text
            .trim()
            .replaceAll('"', '')
            .replace(/^id:\s*/, '')
            .trim();
          const isListed = file.tickets.taxNumbers.has(value) || file.tickets.ticketIds.has(value);
          if (index > 0 && text.trim() !== '') expect(isListed || bad.has(index + 1)).toBe(true);
        }
        expect(JSON.stringify(file.badLines)).not.toContain('CANARY');
      }),
    );
  });
});
