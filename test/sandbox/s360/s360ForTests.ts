import { startS360Sandbox, type S360Sandbox, type S360SandboxOptions } from '../../../sandbox/s360/sandbox.js';

export const EXPORT = '/tnai/backend-apis/dataExportService/v1_0';
export const AUTH = '/tnai/backend-apis/v1/auth';
export const ALIVE = '/tnseb/backend-apis/catalogService/v1_33/isCatalogServiceAlive';
export const HOOKS = '/sandbox/s360';
export const CREDENTIALS = { operator: 'DEMO_TIXNGO', partner: 's360-tixngo-interface', secret: 'sandbox-secret' };

/** An answer as a test looks at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects of an answer
  readonly body: any;
}

/** A sandbox, and a caller that has a token for it. */
export class S360ForTests {
  readonly sandbox: S360Sandbox;
  #token = '';

  private constructor(sandbox: S360Sandbox) {
    this.sandbox = sandbox;
  }

  /** Starts a sandbox without rate limit (unless the options say otherwise) and takes a token. */
  static async start(options: S360SandboxOptions = {}): Promise<S360ForTests> {
    const started = new S360ForTests(await startS360Sandbox({ rateLimit: { callsPerMinute: null }, ...options }));
    await started.authenticate();
    return started;
  }

  async authenticate(): Promise<void> {
    const { body } = await this.post(AUTH, CREDENTIALS);
    this.#token = body.token;
  }

  get token(): string {
    return this.#token;
  }

  /** POST with the token; headers given here win. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.sandbox.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  async get(path: string): Promise<Answer> {
    const response = await fetch(`${this.sandbox.url}${path}`);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  /** executeExport of TIXNGO_INJECTION with these parameters. */
  async page(parameters: Record<string, string | number> = {}, request: object = {}): Promise<Answer> {
    return this.post(`${EXPORT}/executeExport`, {
      requestId: null,
      exportKey: 'TIXNGO_INJECTION',
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value: String(value) })),
      nbMaxResults: 1000,
      ...request,
    });
  }

  /** All rows that TIXNGO_INJECTION offers, walked page by page. */
  async walk(parameters: Record<string, string | number> = {}, pageSize = 1000): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const after = rows.at(-1)?.ticket_id;
      const { body } = await this.page(after === undefined ? parameters : { ...parameters, afterTicketId: after }, {
        nbMaxResults: pageSize,
      });
      if (body.statusCode !== 'success') throw new Error(`the export answered ${body.statusCode}`);
      rows.push(...body.exportedElements);
      if (body.exportedElements.length < pageSize) return rows;
    }
  }

  /** Every ticket as it really is. */
  async truth(): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const { body } = await this.get(`${HOOKS}/tickets?limit=5000&afterTicketId=${rows.at(-1)?.ticket_id ?? 0}`);
      if (body.tickets.length === 0) return rows;
      rows.push(...body.tickets.map(({ row }: { row: Row }) => row));
    }
  }

  flag(elementIds: readonly number[], flagDate: string, exportKey = 'TIXNGO_INJECTION'): Promise<Answer> {
    return this.post(`${EXPORT}/flagItems`, { exportKey, elementIds, flagDate });
  }

  change(ticketId: number, set: object): Promise<Answer> {
    return this.post(`${HOOKS}/tickets/change`, { changes: [{ ticketId, set }] });
  }

  print(ticketIds: readonly number[], salesChannelCode = 'TIXNGO', posCode = 'MOBILE'): Promise<Answer> {
    return this.post(`${HOOKS}/mark-printed`, { ticketIds, salesChannelCode, posCode });
  }

  /** Closes, and fails when an answer was against the OpenAPI document. */
  async close(): Promise<void> {
    await this.sandbox.close();
    const violations = this.sandbox.violations();
    if (violations.length > 0) throw new Error(`answers against the document: ${violations.join('; ')}`);
  }
}

export interface Row {
  readonly ticket_id: number;
  readonly [column: string]: string | number | boolean | null;
}
