import { afterAll, beforeAll } from 'vitest';
import { startTixngoSandbox, type TixngoSandbox, type TixngoSandboxOptions } from '../../../sandbox/tixngo/sandbox.js';

/** Parsed JSON, of which a test says what it expects. */
export type Json = ReturnType<typeof JSON.parse>;

/** One answer of the sandbox. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** A sandbox that a test file starts before its tests and closes after them. */
export class TixngoForTests {
  #sandbox: TixngoSandbox | undefined;

  get sandbox(): TixngoSandbox {
    if (this.#sandbox === undefined) throw new Error('The sandbox has not started');
    return this.#sandbox;
  }

  async start(options: TixngoSandboxOptions): Promise<void> {
    this.#sandbox = await startTixngoSandbox(options);
  }

  /** Posts tickets as the interface does. */
  inject(tickets: readonly object[]): Promise<Answer> {
    return this.post('/tickets', { tickets });
  }

  /** Deletes tickets as the interface does. */
  delete(tickets: readonly object[]): Promise<Answer> {
    return this.post('/tickets/delete', { tickets });
  }

  /** Marks tickets as controlled as the interface does. */
  control(tickets: readonly object[]): Promise<Answer> {
    return this.post('/tickets/control', { tickets });
  }

  /** Injects digital privileges as the interface does. */
  injectPrivileges(privileges: readonly object[]): Promise<Answer> {
    return this.post('/privileges', { privileges });
  }

  /** A privilege as the sandbox tells the whole truth about it. */
  async privilege(privilegeId: string): Promise<Json> {
    const { privileges } = (await this.hook('/privileges?limit=5000')).body;
    return privileges.find((privilege: Json) => privilege.privilegeId === privilegeId);
  }

  /** A ticket as the sandbox tells the whole truth about it. */
  async ticket(ticketId: string): Promise<Json> {
    return (await this.hook(`/tickets?ids=${ticketId}`)).body.tickets[0];
  }

  /** A call of the organizer API, with the key. */
  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return call(this.#organizer(path), { headers: { 'x-api-key': 'sandbox-api-key', ...headers } });
  }

  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), headers);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(body));
  }

  send(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Answer> {
    return call(this.#organizer(path), { method, body, headers: { 'x-api-key': 'sandbox-api-key', ...headers } });
  }

  /** A hook of the sandbox: GET, or POST when there is a body. */
  hook(path: string, body?: unknown): Promise<Answer> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return call(`${this.sandbox.controlUrl}${path}`, init);
  }

  /** One page of the diff. */
  async diff(query = ''): Promise<Json> {
    const { status, body } = await this.get(`/tickets/diff?${query}`);
    if (status !== 200) throw new Error(`The diff answers ${status} ${body.code}`);
    return body;
  }

  /** All entries of some tickets, in the order in which the diff tells them. */
  async entriesOf(...ticketIds: string[]): Promise<Json[]> {
    const entries: Json[] = [];
    for (let key = ''; ;) {
      const { pagination, result } = await this.diff(`paginationKey=${key}`);
      entries.push(...result.filter((entry: Json) => ticketIds.includes(entry.ticketId)));
      if (!pagination.hasMore) return entries;
      key = pagination.nextPageKey;
    }
  }

  #organizer(path: string): string {
    return `${this.sandbox.url.replace(/\/tickets$/, '')}${path}`;
  }
}

/** Starts a sandbox for the tests of one file. */
export function tixngoForTests(options: TixngoSandboxOptions = {}): TixngoForTests {
  const tixngo = new TixngoForTests();
  beforeAll(() => tixngo.start(options));
  afterAll(() => tixngo.sandbox.close());
  return tixngo;
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
