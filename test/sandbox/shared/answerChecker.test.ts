import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createAnswerChecker } from '../../../sandbox/shared/answerChecker.js';

const answer = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const document = {
  openapi: '3.1.0',
  paths: {
    '/things/{id}': {
      get: { responses: { '200': json({ $ref: '#/components/schemas/Thing' }), '404': json({ type: 'object' }) } },
      put: {
        requestBody: json({
          type: 'object',
          properties: { email: { type: 'string', format: 'email' }, kind: { enum: ['a', 'b'] } },
          required: ['email'],
        }),
        responses: { '200': json(answer) },
      },
    },
    '/things/special': { get: { responses: { '200': json({ type: 'array' }) } } },
  },
  components: { schemas: { Thing: answer } },
};

function sandbox(reply: unknown, status = 200, checkAnswers = true) {
  const checker = createAnswerChecker(document, { checkAnswers, violationBody: (message) => ({ wrong: message }) });
  const app = new Hono();
  app.use('*', checker.middleware);
  app.get('/things/:id', (c) => c.json(reply as object, status as 200));
  app.put('/things/:id', async (c) => c.json({ name: checker.requestProblem(c, await c.req.json()) ?? 'fine' }));
  app.get('/undocumented', (c) => c.json({}));
  app.get('/text', (c) => c.text('hello'));
  return {
    checker,
    get: (path: string) => app.request(path),
    put: (path: string, body: object) => app.request(path, { method: 'PUT', body: JSON.stringify(body) }),
  };
}

describe('the answer check', () => {
  it('lets an answer pass that matches, also for a path with a parameter', async () => {
    const { checker, get } = sandbox({ name: 'x' });
    expect(await (await get('/things/7')).json()).toEqual({ name: 'x' });
    expect(checker.violations()).toEqual([]);
  });

  it.each([
    ['a wrong type', { name: 5 }, 200, 'GET /things/7 200: /name must be string'],
    ['a missing field', {}, 200, "GET /things/7 200: (body) must have required property 'name'"],
    ['a field more', { name: 'x', age: 5 }, 200, 'GET /things/7 200: (body) must NOT have additional properties (age)'],
    ['a status that is not documented', { name: 'x' }, 201, 'GET /things/7 201: the status is not in the document'],
  ])('turns %s into HTTP 500 and keeps it', async (_what, reply, status, message) => {
    const { checker, get } = sandbox(reply, status);
    const response = await get('/things/7');
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ wrong: message });
    expect(checker.violations()).toEqual([message]);
  });

  it('takes a fixed path before a path with a parameter', async () => {
    const { checker, get } = sandbox([]);
    expect((await get('/things/special')).status).toBe(200);
    expect(checker.violations()).toEqual([]);
  });

  it('catches an operation that is not documented, and lets an unknown path be', async () => {
    const { checker, get } = sandbox({});
    expect((await get('/undocumented')).status).toBe(500);
    expect((await get('/nowhere')).status).toBe(404);
    expect(checker.violations()).toEqual(['GET /undocumented 200: the operation is not in the document']);
  });

  it('looks at nothing when it is switched off', async () => {
    const { checker, get } = sandbox({ name: 5 }, 200, false);
    expect((await get('/things/7')).status).toBe(200);
    expect(checker.violations()).toEqual([]);
  });

  it('keeps what each sandbox did wrong apart, though they share a document', async () => {
    const [bad, good] = [sandbox({ name: 5 }), sandbox({ name: 'x' })];
    await bad.get('/things/7');
    await good.get('/things/7');
    expect([bad.checker.violations().length, good.checker.violations().length]).toEqual([1, 0]);
  });
});

describe('the request check', () => {
  it('names the place and the rule, never the value', async () => {
    const { put } = sandbox({});
    const problem = async (body: object) => ((await (await put('/things/7', body)).json()) as { name: string }).name;
    expect(await problem({ email: 'a@example.org', more: 1 })).toBe('fine');
    expect(await problem({ email: 'Jane Roe' })).toBe('/email must match format "email"');
    expect(await problem({ email: 'a@example.org', kind: 'c' })).toBe(
      '/kind must be equal to one of the allowed values (a, b)',
    );
  });
});
