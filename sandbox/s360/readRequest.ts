import type { Context } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { readJson, type JsonBody } from '../shared/body.js';

/** Reads a request's body and checks it against the OpenAPI document: what comes out has the documented types. */
export async function readRequest(c: Context, checker: AnswerChecker): Promise<JsonBody> {
  const body = await readJson(c);
  if (!body.ok) return body;
  const problem = checker.requestProblem(c, body.value);
  return problem === null ? body : { ok: false, problem };
}
