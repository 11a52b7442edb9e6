import type { Got } from 'got';
import type { z } from 'zod';

import type { InterfaceSettings } from '../config/schema.js';
import { services } from '../domain/callServices.js';
import { CallFailed, printableKey } from '../http/callFailed.js';
import type { CallMeter } from '../http/callMeter.js';
import { parseAnswer, type UnknownFieldSink } from '../http/contract.js';
import { callJson, type JsonAnswer } from '../http/jsonCall.js';
import type { WritePermission } from '../http/writePermission.js';
import { errorAnswerSchema } from './schemas.js';

/** What one stretch needs to talk to TIXNGO: its meter, its end, its time limits in milliseconds. */
export interface TixngoSession {
  readonly http: Got;
  readonly settings: InterfaceSettings;
  readonly apiKey: string;
  readonly meter: CallMeter;
  readonly signal: AbortSignal;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly unknownFields: UnknownFieldSink;
  /** A preview: what would be written is not, and counts as accepted. */
  readonly simulation?: boolean;
  /** Asked before every write; without it, every one is permitted. */
  readonly writePermission?: WritePermission;
}

export type TixngoOperation = keyof InterfaceSettings['operations'];

/** Everything else writes. */
const readOperations: readonly TixngoOperation[] = ['lookupTickets', 'eventReport', 'ticketDiff'];

/** One call of an operation; its path has the values in braces. */
export interface TixngoCall {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly pathValues?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** A ticket or privilege that was refused alone: TIXNGO's code, and the field that it names. */
export interface RefusedTicket {
  readonly ticketId: string;
  readonly kind: 'refused';
  readonly code: string;
  readonly field?: string;
}

/**
 * TIXNGO's organizer API (v3): JSON, a key in a header, paths of the configuration's operation map. Only `POST …/organizer/tickets` is
 * published.
 */
export class TixngoConnection {
  constructor(readonly session: TixngoSession) {}

  /**
   * One call whose every answer but a success is a failure.
   *
   * @throws CallFailed with the outcome of whatever is not a success, and with the path of what does not fit the schema
   */
  async call<T extends z.ZodType>(
    operation: TixngoOperation,
    method: 'GET' | 'POST' | 'PUT',
    options: TixngoCall,
    schema: T,
  ): Promise<z.infer<T>> {
    return this.parsed(operation, await this.send(operation, method, options), schema);
  }

  /** The body of a success, as its schema has it. */
  parsed<T extends z.ZodType>(operation: TixngoOperation, answer: JsonAnswer, schema: T): z.infer<T> {
    const body = this.successful(operation, answer);
    return parseAnswer(schema, body, { system: 'TIXNGO', operation }, this.session.unknownFields);
  }

  /**
   * Every answer is returned, whatever its status.
   *
   * @throws ApplicationFailure PERMISSION_LOST (retryable) if a write is not permitted any more
   */
  async send(operation: TixngoOperation, method: 'GET' | 'POST' | 'PUT', options: TixngoCall): Promise<JsonAnswer> {
    const { http, settings, apiKey, meter, signal } = this.session;
    // Without a word per ticket, a success accepts all.
    const isWrite = !readOperations.includes(operation);
    if (this.session.simulation === true && isWrite) {
      return { status: 200, body: undefined, retryAfter: undefined };
    }
    const permission = isWrite ? this.session.writePermission : undefined;
    await permission?.assertMine();
    return meter.count(`${services.tixngo} ${settings.organizer}`, () =>
      callJson(http, {
        system: 'TIXNGO',
        operation,
        method,
        url: this.urlOf(operation, options.pathValues ?? {}),
        headers: { [settings.apiKeyHeader]: apiKey },
        ...(options.query === undefined ? {} : { query: options.query }),
        ...(options.body === undefined ? {} : { body: options.body }),
        signal,
        timeoutMs: options.timeoutMs,
        permission,
      }),
    );
  }

  private successful(operation: TixngoOperation, answer: JsonAnswer): unknown {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const field = firstPathOf(answer);
    throw new CallFailed(
      { system: 'TIXNGO', operation, status: answer.status, errorKey: errorCodeOf(answer) },
      {
        retryAfter: answer.retryAfter,
        keyVariable: this.session.settings.apiKeyVariable,
        ...(field === undefined ? {} : { field }),
      },
    );
  }

  /** The configured URL is that of the injection; its siblings hang from what stands before `/organizer/tickets`. */
  private urlOf(operation: TixngoOperation, pathValues: Readonly<Record<string, string>>): string {
    const path = this.session.settings.operations[operation];
    // `requireOperations` has stopped the run before its first ticket if one is missing.
    if (path === null) throw new CallFailed({ system: 'TIXNGO', operation, status: 404 });
    const base = this.session.settings.url.replace(/\/organizer\/tickets$/, '');
    return base + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathValues[name] ?? ''));
  }
}

export function errorCodeOf(answer: JsonAnswer): string | undefined {
  return errorAnswerSchema.safeParse(answer.body).data?.code ?? undefined;
}

/** TIXNGO's word on one of several that were written in one call, where it is a refusal. */
export function refusedBy(
  ticketId: string,
  result: { readonly errorCode?: string | null | undefined; readonly message?: string | null | undefined },
): RefusedTicket {
  const field = jsonPathIn(result.message);
  return {
    ticketId,
    kind: 'refused',
    code: typeof result.errorCode === 'string' ? printableKey(result.errorCode) : 'TICKET_REFUSED',
    ...(field === undefined ? {} : { field }),
  };
}

function firstPathOf(answer: JsonAnswer): string | undefined {
  const path = errorAnswerSchema.safeParse(answer.body).data?.details?.[0]?.path ?? undefined;
  return definitionMember.test(path ?? '') ? (path ?? undefined) : jsonPathIn(path);
}

/** A member of a privilege definition; in a message these would be words like others. */
const definitionMember = /^(?:type|name|imageUrl|validFrom|validTo|metadata)$/;

/** A JSON path in a message of TIXNGO's (`tickets[3].event.name` becomes `event.name`); the rest of the message is never repeated. */
function jsonPathIn(text: string | null | undefined): string | undefined {
  const found =
    /\b(?:(?:tickets|privileges)\[\d+\]\.)?((?:event|spectatorDetails|purchaseDetails|security|activationParameters|ticketDetails|transferRules|designParameters)(?:\.[A-Za-z][\w]*|\[\d+\])*|ticketIds(?:\[\d+\])?|ticketId|privilegeId|definitionId|barcode|sortingKey|ticketImageUrl|deletionReason|showDeletedTicket|controlledAt)\b/.exec(
      text ?? '',
    );
  return found?.[1]?.slice(0, 100);
}
