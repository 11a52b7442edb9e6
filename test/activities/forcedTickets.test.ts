import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fileSource } from '../../src/activities/feedbackSource.js';
import { forcedTickets, type ForcedTickets } from '../../src/activities/forcedTickets.js';
import { readUpload } from '../../src/activities/uploadedFile.js';

let outside: string;
let folder: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'interface-upload-'));
  folder = join(outside, 'uploads');
  await mkdir(folder);
});

afterAll(async () => {
  await rm(outside, { recursive: true, force: true });
});

async function uploaded(content: string | Buffer, skipBadLines?: boolean): Promise<ForcedTickets | null> {
  await writeFile(join(folder, 'tickets.csv'), content);
  return forcedTickets(folder, {
    fileToUpload: 'tickets.csv',
    ...(skipBadLines === undefined ? {} : { skipBadLines }),
  });
}

/** Why it stops the run. */
async function refusal(work: Promise<unknown>): Promise<{ code: string | null | undefined; message: string }> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('nothing stopped the run', { cause: error });
  expect(error.nonRetryable).toBe(true);
  return { code: error.type, message: error.message };
}

const list = (found: ForcedTickets | null): object => ({
  ids: [...(found?.list.ticketIds ?? [])],
  numbers: [...(found?.list.taxNumbers ?? [])],
});

const sentence = 'The list of tickets in the file is not right, so nothing of it is sent.';
const expected = 'one tax number, or id: and one ticket id, such as id:10228305000005';

describe('Tickets that an operator has named', () => {
  test('none, if the input names none', async () => {
    expect(await forcedTickets(undefined, {})).toBeNull();
    expect(await forcedTickets(undefined, { forceTickets: null, fileToUpload: null, skipBadLines: false })).toBeNull();
  });

  test('a list in the input and one in a file are in ascending order', async () => {
    const forced = await forcedTickets(undefined, { forceTickets: 'TN2, id:10,id:9,TN1,TN2' });
    expect(list(forced)).toEqual({ ids: ['9', '10'], numbers: ['TN1', 'TN2'] });
    expect(forced).toMatchObject({ contentHash: null, badLines: [] });
    const file = await uploaded('ticket\nTN2\nid:10\nid:9\nTN1\nTN2\n');
    expect(list(file)).toEqual(list(forced));
    expect(file?.contentHash).toMatch(/^[\da-f]{64}$/);
  });

  test('a file is known again by its tickets, not by how they are written', async () => {
    const first = await uploaded('ticket\nTN1\nTN2\nid:5\n');
    const same = await uploaded('\uFEFFtax_number\r\nid:5\r\n"TN2"\r\nTN1\r\nTN1\r\n');
    const other = await uploaded('ticket\nTN1\nTN2\nTN5\n');
    expect(same?.contentHash).toBe(first?.contentHash);
    expect(other?.contentHash).not.toBe(first?.contentHash);
  });

  test('one bad line refuses the whole file, unless the operator says that it may be left out', async () => {
    const content = 'ticket\nTN1\nCANARY zoe@example.org\nTN2\n';
    expect(await refusal(uploaded(content))).toEqual({
      code: 'TICKET_LIST_INVALID',
      message: `${sentence} tickets.csv: 1 line is bad, and 2 tickets are good; line 3: expected ${expected}. Correct the file, or set skipBadLines to leave its bad lines out, and start again.`,
    });
    const found = await uploaded(content, true);
    expect(list(found)).toEqual({ ids: [], numbers: ['TN1', 'TN2'] });
    expect(found?.badLines).toEqual([{ line: 3, expected }]);
  });

  test('of many bad lines the first 20 are named, and what stands in them never is', async () => {
    const bad = Array.from({ length: 25 }, (_, index) => `CANARY ${String(index)}`);
    const { message } = await refusal(uploaded(['ticket', 'TN1', ...bad].join('\n')));
    const named = Array.from({ length: 20 }, (_, index) => String(index + 3)).join(', ');
    expect(message).toContain(
      `25 lines are bad, and 1 ticket is good; lines ${named}: expected ${expected}; and 5 more.`,
    );
    expect(message).not.toContain('CANARY');
  });

  test('a file of bad lines only is refused, whatever the operator says', async () => {
    for (const skipBadLines of [false, true]) {
      const { code, message } = await refusal(uploaded('ticket\nCANARY 1\n', skipBadLines));
      expect(code).toBe('TICKET_LIST_INVALID');
      expect(message).toBe(
        `${sentence} tickets.csv: no line names a ticket; line 2: expected ${expected}. Correct the file, and start again.`,
      );
    }
  });

  test.each<[string, string | Buffer, string]>([
    ['empty', '', 'expected a header line and at least one ticket, got nothing'],
    ['without a header', 'CANARY1\n', 'line 1: expected a header with one column'],
    ['of 20,001 tickets', `ticket\n${numbers(20_001)}`, 'expected at most 20000 tickets, got 20001'],
    ['in Latin-1', Buffer.from('ticket\nCANARY\xe9\n', 'latin1'), 'expected a text in UTF-8, got another encoding'],
    ['in UTF-16', Buffer.from('\uFEFFticket\nCANARY1\n', 'utf16le'), 'expected a text in UTF-8, got another encoding'],
    ['of a huge line', `ticket\n${'CANARY'.repeat(600_000)}`, 'expected at most 3000000 bytes, got more'],
  ])('a file %s is refused as a whole, bad lines left out or not', async (_what, content, why) => {
    for (const skipBadLines of [false, true]) {
      const { code, message } = await refusal(uploaded(content, skipBadLines));
      expect(code).toBe('TICKET_LIST_INVALID');
      expect(message).toContain(`${sentence} tickets.csv: ${why}`);
      expect(message).toMatch(/ Correct the file, and start again\.$/);
      expect(message).not.toContain('CANARY');
    }
  });

  test('20,000 of the longest numbers are not too many', async () => {
    const longest = numbers(20_000).replaceAll(/\d+/g, (digits) => `"${digits.padStart(100, '9')}"`);
    expect((await uploaded(`ticket\r\n${longest.replaceAll('\n', '\r\n')}`))?.list.taxNumbers.size).toBe(20_000);
  });
});

describe('The upload directory', () => {
  test('a plain file of it is read, also through a link within it', async () => {
    await writeFile(join(folder, 'plain.txt'), 'inside');
    await symlink('plain.txt', join(folder, 'link.txt'));
    await symlink(folder, join(outside, 'uploads-by-link'));
    for (const [directory, name] of [
      [folder, 'plain.txt'],
      [folder, 'link.txt'],
      [`${folder}/`, 'plain.txt'],
      [join(outside, 'uploads-by-link'), 'plain.txt'],
    ] as const) {
      expect((await readUpload(directory, name, 100)).toString()).toBe('inside');
    }
  });

  test('of a file that is too big no more is read than shows it', async () => {
    await writeFile(join(folder, 'plain.txt'), 'inside');
    expect((await readUpload(folder, 'plain.txt', 6)).toString()).toBe('inside');
    expect((await readUpload(folder, 'plain.txt', 5)).length).toBe(6);
    expect((await readUpload(folder, 'plain.txt', 3)).length).toBe(4);
  });

  test('nothing else is read: not by a path, a link out of it, a directory or a pipe', async () => {
    await writeFile(join(outside, 'secret.csv'), 'ticket\nCANARY\n');
    await mkdir(join(outside, 'uploads-of-others'));
    await writeFile(join(outside, 'uploads-of-others', 'secret.csv'), 'ticket\nCANARY\n');
    await symlink('../secret.csv', join(folder, 'link.csv'));
    await symlink(join(outside, 'uploads-of-others', 'secret.csv'), join(folder, 'neighbour.csv'));
    await mkdir(join(folder, 'directory.csv'));
    await promisify(execFile)('mkfifo', [join(folder, 'pipe.csv')]);
    for (const name of ['link.csv', 'neighbour.csv', 'directory.csv', 'pipe.csv', 'missing.csv']) {
      expect(await refusal(readUpload(folder, name, 100))).toEqual({
        code: 'FILE_NOT_FOUND',
        message: `The file to upload is not in the upload directory of this worker. Looked for ${name}. Put the file there on every worker (uploadDirectory of the configuration), and start again.`,
      });
    }
    for (const name of [
      '../secret.csv',
      join(outside, 'secret.csv'),
      'x/../../secret.csv',
      '..',
      '',
      'plain.txt\0.csv',
    ]) {
      const { code, message } = await refusal(readUpload(folder, name, 100));
      expect(code).toBe('FILE_NOT_FOUND');
      expect(message).toContain('Its name is not that of a file.');
      expect(message).not.toContain('secret');
    }
    expect((await refusal(fileSource(folder, 'link.csv', null))).code).toBe('FILE_NOT_FOUND');
  });

  test('a configuration without one says so', async () => {
    const { code, message } = await refusal(readUpload(undefined, 'tickets.csv', 100));
    expect(code).toBe('FILE_NOT_FOUND');
    expect(message).toContain('The configuration has no uploadDirectory.');
  });

  test('feedback in another encoding is refused, and the mark of the byte order is no part of it', async () => {
    await writeFile(join(folder, 'feedback.json'), '\uFEFF{ "result": [] }');
    expect(await (await fileSource(folder, 'feedback.json', null)).page(null, 10)).toMatchObject({ entries: [] });
    await writeFile(join(folder, 'feedback.json'), Buffer.from('{ "result": [], "x": "\xe9" }', 'latin1'));
    const { code, message } = await refusal(fileSource(folder, 'feedback.json', null));
    expect(code).toBe('FILE_INVALID');
    expect(message).toContain('feedback.json is no UTF-8.');
  });
});

function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => String(700_000_000 + index)).join('\n');
}
