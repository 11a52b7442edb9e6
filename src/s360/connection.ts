import type { Got } from 'got';
import type { z } from 'zod';

import type { S360Settings } from '../config/schema.js';
import { services } from '../domain/callServices.js';
import { CallFailed } from '../http/callFailed.js';
import type { CallMeter } from '../http/callMeter.js';
import { parseAnswer, type UnknownFieldSink } from '../http/contract.js';
import { callJson, type JsonAnswer } from '../http/jsonCall.js';
import type { WritePermission } from '../http/writePermission.js';
import { envelopeSchema, tokenSchema } from './schemas.js';
import type { TokenStore } from './tokens.js';

/** What one stretch needs to talk to S-360: its meter, its end, its time limits in milliseconds. */
export interface S360Session {
  readonly http: Got;
  readonly settings: S360Settings;
  readonly secret: string;
  readonly tokens: TokenStore;
  readonly meter: CallMeter;
  readonly signal: AbortSignal;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly unknownFields: UnknownFieldSink;
  /** A preview: what would be written is not, and counts as done. */
  readonly simulation?: boolean;
  /** Asked before every write; without it, every one is permitted. */
  readonly writePermission?: WritePermission;
}

export type S360Operation = keyof S360Settings['operations'];

/** Everything else writes. */
const readOperations: readonly S360Operation[] = [
  'authenticate',
  'executeExport',
  'getFlaggingStatus',
  'readMobileTickets',
  'searchContactsByEmail',
];

interface WrittenBody {
  readonly entries?: readonly {
    readonly ticketId: unknown;
    readonly status: unknown;
    readonly statusChangedAt: unknown;
  }[];
  readonly lines?: readonly { readonly ticketId: unknown; readonly status: unknown; readonly changedAt: unknown }[];
  readonly contactDataList?: readonly { readonly identifier: string }[];
  readonly contacts?: readonly { readonly contactNumber: unknown }[];
}

/** A success for all that was given; some operations have a word on each. */
function simulatedAnswer(body: unknown): object {
  const { entries, lines, contactDataList, contacts } = body as WrittenBody;
  const results =
    entries?.map(({ ticketId, status, statusChangedAt }) => ({
      ticketId,
      status,
      statusChangedAt,
      outcome: 'STORED',
    })) ??
    lines?.map(({ ticketId, status, changedAt }) => ({ ticketId, status, changedAt, outcome: 'RECORDED' })) ??
    contacts?.map(({ contactNumber }) => ({ contactNumber, outcome: 'UPDATED' }));
  const created = contactDataList?.map(({ identifier }) => [identifier, `previewed ${identifier}`] as const);
  return {
    statusCode: 'success',
    ...(results === undefined ? {} : { results }),
    ...(created === undefined ? {} : { identifierContactMap: Object.fromEntries(created) }),
  };
}

/** Only what S-360 says of our own configuration is repeated: another detail, or a value of an operator's list, may be anything. */
function repeatableDetail(detail = ''): string | undefined {
  if (!/^[\w;=.-]{1,80}$/.test(detail)) return undefined;
  return /^(ticketIds|taxNumbers)(?:=|$)/.exec(detail)?.[1] ?? detail;
}

/**
 * S-360's public API («backend-apis»): POST and JSON only, a bearer token, an envelope with `statusCode`. What SecuTix does not publish is an
 * operation of the configuration's operation map.
 */
export class S360Connection {
  constructor(readonly session: S360Session) {}

  /**
   * One call, with a token.
   *
   * @param service the name under which S-360 counts it
   * @throws CallFailed with the outcome of whatever is not a success (or in_progress)
   * @throws ApplicationFailure PERMISSION_LOST (retryable) if a write is not permitted any more
   */
  async call<T extends z.ZodType>(
    operation: S360Operation,
    service: string,
    body: unknown,
    schema: T,
    timeoutMs: number,
  ): Promise<z.infer<T>> {
    if (this.session.simulation === true && !readOperations.includes(operation)) {
      return parseAnswer(schema, simulatedAnswer(body), { system: 'S-360', operation }, this.session.unknownFields);
    }
    let answer = await this.send(operation, service, body, await this.token(), timeoutMs);
    if (answer.status === 401) {
      // The token may have been withdrawn or our clock be off: once, with a fresh one.
      this.session.tokens.forget(this.session.settings);
      answer = await this.send(operation, service, body, await this.token(), timeoutMs);
    }
    return parseAnswer(
      schema,
      this.successful(operation, answer),
      { system: 'S-360', operation },
      this.session.unknownFields,
    );
  }

  /** The body of an answer that says success (or in_progress); anything else becomes its outcome. */
  private successful(operation: S360Operation, answer: JsonAnswer): unknown {
    const { status, body, retryAfter } = answer;
    const envelope = envelopeSchema.safeParse(body);
    const statusCode = envelope.success ? envelope.data.statusCode : undefined;
    const keyVariable = this.session.settings.secretVariable;
    if (status >= 200 && status < 300) {
      if (statusCode === undefined || statusCode === 'success' || statusCode === 'in_progress') return body;
      const detail = envelope.data?.statusDetail ?? undefined;
      const field = statusCode.startsWith('error.unknownParameter') ? repeatableDetail(detail) : undefined;
      throw new CallFailed(
        { system: 'S-360', operation, status, errorKey: statusCode },
        { retryAfter, keyVariable, ...(field === undefined ? {} : { field }) },
      );
    }
    throw new CallFailed({ system: 'S-360', operation, status, errorKey: statusCode }, { retryAfter, keyVariable });
  }

  private async send(
    operation: S360Operation,
    service: string,
    body: unknown,
    token: string,
    timeoutMs: number,
  ): Promise<JsonAnswer> {
    const permission = readOperations.includes(operation) ? undefined : this.session.writePermission;
    await permission?.assertMine();
    return this.session.meter.count(service, () =>
      callJson(this.session.http, {
        system: 'S-360',
        operation,
        method: 'POST',
        url: this.urlOf(operation),
        headers: { authorization: `Bearer ${token}` },
        body,
        signal: this.session.signal,
        timeoutMs,
        permission,
      }),
    );
  }

  private async token(): Promise<string> {
    const { settings, tokens, meter, http, signal, secret } = this.session;
    return tokens.get(settings, async () => {
      const answer = await meter.count(services.auth, () =>
        callJson(http, {
          system: 'S-360',
          operation: 'authenticate',
          method: 'POST',
          url: this.urlOf('authenticate'),
          body: { operator: settings.operator, partner: settings.partner, secret },
          signal,
          timeoutMs: this.session.readTimeoutMs,
        }),
      );
      const body = this.successful('authenticate', answer);
      return parseAnswer(tokenSchema, body, { system: 'S-360', operation: 'authenticate' }, this.session.unknownFields)
        .token;
    });
  }

  private urlOf(operation: S360Operation): string {
    const path = this.session.settings.operations[operation];
    // `requireOperations` has stopped the run before its first ticket if one is missing.
    if (path === null) throw new CallFailed({ system: 'S-360', operation, status: 404 });
    return `${this.session.settings.url.replace(/\/$/, '')}${path}`;
  }
}

/** S-360's ids are numbers on the wire; those too large for a JavaScript number go as text. */
export function wireId(ticketId: string): number | string {
  const number = Number(ticketId);
  return Number.isSafeInteger(number) ? number : ticketId;
}
