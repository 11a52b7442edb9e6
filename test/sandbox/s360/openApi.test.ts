import { gunzipSync, gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerChecker } from '../../../sandbox/shared/answerChecker.js';
import { COLUMN_NAMES, COLUMNS } from '../../../sandbox/s360/columns.js';
import { EXPORT, HOOKS, S360ForTests } from './s360ForTests.js';

let s360: S360ForTests;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON
let document: any;

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 60 });
  document = (await s360.get(`${HOOKS}/openapi.json`)).body;
});
afterAll(() => s360.close());

describe('the OpenAPI document', () => {
  it('has the columns of a row, null where a row may have null', () => {
    const { properties, required, additionalProperties } = document.components.schemas.TicketRow;
    expect(Object.keys(properties)).toEqual(COLUMN_NAMES);
    expect(required).toEqual(COLUMN_NAMES);
    expect(additionalProperties).toBe(false);
    for (const name of COLUMN_NAMES) {
      const nullable = [properties[name].type].flat().includes('null');
      expect([name, nullable]).toEqual([name, COLUMNS[name].nullable]);
    }
  });

  it('keeps apart what the vendor has and what is ours: all of ours but one name is below /sandbox/s360', () => {
    const proposed = [
      '/tnco/backend-apis/contactInformationPublicService/v2_21/searchContactsByEmail',
      '/sandbox/s360/mark-printed',
      '/sandbox/s360/contacts/update-temporary',
      '/sandbox/s360/mobile-tickets/read',
      '/sandbox/s360/mobile-tickets/store',
      '/sandbox/s360/distributions/record',
    ];
    const tagOf = (path: string) =>
      proposed.includes(path) ? 'proposed' : path.startsWith('/sandbox/s360/') ? 'hooks' : 'confirmed';
    for (const [path, item] of Object.entries<Record<string, { tags: string[] }>>(document.paths)) {
      for (const { tags } of Object.values(item)) {
        expect([path, tags]).toEqual([path, [tagOf(path)]]);
      }
    }
  });

  it('lets no answer have a field more than it says', () => {
    const open = Object.entries<{ type?: string; additionalProperties?: boolean }>(document.components.schemas)
      .filter(
        ([name, { type, additionalProperties }]) =>
          !name.endsWith('Request') && type === 'object' && additionalProperties !== false,
      )
      .map(([name]) => name);
    expect(open).toEqual(['Credentials', 'ExportParameter', 'OpenApi']);
  });
});

describe('the answer check', () => {
  const checked = (row: object) => {
    const checker = createAnswerChecker(document, { checkAnswers: true, violationBody: (message) => ({ message }) });
    const app = new Hono().use(checker.middleware);
    app.post(`${EXPORT}/executeExport`, (c) =>
      c.json({
        requestId: '1',
        statusCode: 'success',
        statusDetail: null,
        requestState: 'FINISHED',
        exportDate: '2027-01-01T00:00:00.000+00:00',
        exportedElements: [row],
      }),
    );
    return { checker, answer: () => app.request(`${EXPORT}/executeExport`, { method: 'POST' }) };
  };
  const goodRow = async () => (await s360.page({}, { nbMaxResults: 1 })).body.exportedElements[0];

  it('lets a good row pass', async () => {
    const { checker, answer } = checked(await goodRow());
    expect((await answer()).status).toBe(200);
    expect(checker.violations()).toEqual([]);
  });

  it.each([
    ['a price with a fraction', { price: 45.5 }],
    ['a column more', { colour: 'red' }],
    ['an unknown state', { ticket_state: 'BURNT' }],
    ['a date-time with a zone', { start: '2027-03-28T15:00:00Z' }],
    ['a barcode that is a number', { barcode: 12 }],
  ])('catches %s, answers 500 and keeps it, without the value', async (_what, wrong) => {
    const { checker, answer } = checked({ ...(await goodRow()), ...wrong });
    const response = await answer();
    expect(response.status).toBe(500);
    expect(checker.violations()).toHaveLength(1);
    expect(checker.violations()[0]).toMatch(/^POST \/tnai.*executeExport 200: \/exportedElements\/0/);
    expect(await response.json()).toEqual({ message: checker.violations()[0] });
    expect(checker.violations()[0]).not.toContain(String(Object.values(wrong)[0]));
  });

  it('catches a column that is missing', async () => {
    const { gate: _left, ...row } = await goodRow();
    const { checker, answer } = checked(row);
    expect((await answer()).status).toBe(500);
    expect(checker.violations()[0]).toContain("'gate'");
  });
});

describe('what comes in', () => {
  it.each([
    ['no JSON', '{"exportKey":'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('is refused when it is %s', async (_what, text) => {
    const { status, body } = await s360.post(`${EXPORT}/executeExport`, text);
    expect([status, body.statusCode]).toEqual([400, 'error.invalidRequest']);
  });

  it('may be packed with gzip', async () => {
    const packed = gzipSync(JSON.stringify({ exportKey: 'TIXNGO_INJECTION', nbMaxResults: 3 }));
    const { body } = await s360.post(`${EXPORT}/executeExport`, packed, { 'content-encoding': 'gzip' });
    expect(body.exportedElements).toHaveLength(3);
    const broken = await s360.post(`${EXPORT}/executeExport`, 'no gzip', { 'content-encoding': 'gzip' });
    expect([broken.status, broken.body.statusDetail]).toEqual([400, 'the body is not valid gzip']);
  });
});

describe('what goes out', () => {
  it('is packed with gzip for a caller that takes it, and only then', async () => {
    const body = JSON.stringify({ exportKey: 'TIXNGO_INJECTION', nbMaxResults: 30 });
    const ask = (headers: Record<string, string>) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
        const call = request(
          `${s360.sandbox.url}${EXPORT}/executeExport`,
          { method: 'POST', headers: { authorization: `Bearer ${s360.token}`, ...headers } },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('end', () => {
              resolve({ encoding: answer.headers['content-encoding'], bytes: Buffer.concat(chunks) });
            });
          },
        );
        call.on('error', reject).end(body);
      });
    const packed = await ask({ 'accept-encoding': 'gzip, deflate' });
    const plain = await ask({});
    expect([packed.encoding, plain.encoding]).toEqual(['gzip', undefined]);
    const rows = (bytes: Buffer) => JSON.parse(bytes.toString()).exportedElements;
    expect(rows(gunzipSync(packed.bytes))).toEqual(rows(plain.bytes));
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3);
  });
});
