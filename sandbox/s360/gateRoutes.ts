import { Hono } from 'hono';
import type { AnswerChecker } from '../shared/answerChecker.js';
import { control, type GateOrder } from './gates.js';
import { readRequest } from './readRequest.js';
import { refused } from './refused.js';
import type { S360State } from './state.js';

/** The hook of the gates, to be mounted under the sandbox's hooks: `POST /gates/control`. */
export function gateRoutes(state: S360State, checker: AnswerChecker): Hono {
  return new Hono().post('/gates/control', async (c) => {
    const body = await readRequest(c, checker);
    return body.ok ? c.json(control(state, body.value as GateOrder)) : refused(c, body.problem);
  });
}
