import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import type { Context, MiddlewareHandler } from 'hono';

/** As much of an OpenAPI 3.1 document as the checker reads. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface AnswerCheckerOptions {
  /** False lets every answer pass unread, for measurements under load. */
  readonly checkAnswers: boolean;
  /** The body of the HTTP 500 that is sent in place of an answer that is against the document. */
  violationBody(message: string): object;
}

export interface AnswerChecker {
  /** To be put around every handler, inside the fault seam and inside gzip. */
  readonly middleware: MiddlewareHandler;
  /**
   * Checks a parsed request body against the document's `requestBody` of this operation.
   *
   * @returns null, or `<JSON path> <what was expected>`, which never repeats a value of the request
   */
  requestProblem(c: Context, body: unknown): string | null;
  /** Every answer against the document so far, oldest first, such as `POST /a/b 200: /price must be integer`. */
  violations(): string[];
}

interface Operation {
  readonly pattern: RegExp;
  readonly pointer: string;
  readonly hasRequestBody: boolean;
  readonly statuses: ReadonlySet<string>;
}

/** At most this many violations are kept. */
const KEPT_VIOLATIONS = 1000;

/**
 * Holds a sandbox to its own OpenAPI document: every answer of a documented operation must have a documented status and
 * match its schema; only an unknown path may be answered 404 without being in the document.
 */
export function createAnswerChecker(document: OpenApiDocument, options: AnswerCheckerOptions): AnswerChecker {
  const { operations, problemOf } = compiledOf(document);
  const violations: string[] = [];

  const answerProblem = async (operation: Operation | undefined, answer: Response): Promise<string | null> => {
    if (operation === undefined) return answer.status === 404 ? null : 'the operation is not in the document';
    const status = String(answer.status);
    if (!operation.statuses.has(status)) return 'the status is not in the document';
    if (!(answer.headers.get('content-type') ?? '').startsWith('application/json')) return 'the answer is not JSON';
    return problemOf(`${operation.pointer}/responses/${status}`, await answer.clone().json());
  };

  return {
    middleware: async (c, next) => {
      await next();
      if (!options.checkAnswers) return;
      const problem = await answerProblem(find(operations, c), c.res);
      if (problem === null) return;
      const message = `${c.req.method} ${c.req.path} ${String(c.res.status)}: ${problem}`;
      if (violations.length < KEPT_VIOLATIONS) violations.push(message);
      c.res = undefined;
      c.res = Response.json(options.violationBody(message), { status: 500 });
    },
    requestProblem(c, body) {
      const operation = find(operations, c);
      return operation?.hasRequestBody === true ? problemOf(`${operation.pointer}/requestBody`, body) : null;
    },
    violations: () => [...violations],
  };
}

interface CompiledDocument {
  readonly operations: ReadonlyMap<string, readonly Operation[]>;
  /** What is wrong with a value for the schema at `pointer`, or null. Schemas are compiled when they are first needed. */
  readonly problemOf: (pointer: string, value: unknown) => string | null;
}

/** Compiling a large schema costs more than starting a sandbox, so a process does it once for each document. */
const COMPILED = new WeakMap<OpenApiDocument, CompiledDocument>();

function compiledOf(document: OpenApiDocument): CompiledDocument {
  const known = COMPILED.get(document);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  formatsPlugin.default(ajv);
  ajv.addSchema(document, 'openapi', false, false);
  const validators = new Map<string, ValidateFunction>();
  const compiled: CompiledDocument = {
    operations: readOperations(document),
    problemOf(pointer, value) {
      let validate = validators.get(pointer);
      if (validate === undefined) {
        validate = ajv.compile({ $ref: `openapi#${pointer}/content/application~1json/schema` });
        validators.set(pointer, validate);
      }
      return validate(value) ? null : sentence(validate.errors);
    },
  };
  COMPILED.set(document, compiled);
  return compiled;
}

function readOperations(document: OpenApiDocument): ReadonlyMap<string, readonly Operation[]> {
  const byMethod = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const { requestBody, responses } = operation as { requestBody?: object; responses?: Record<string, unknown> };
      const list = byMethod.get(method.toUpperCase()) ?? [];
      byMethod.set(method.toUpperCase(), list);
      list.push({
        pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
        pointer: `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method}`,
        hasRequestBody: requestBody !== undefined,
        statuses: new Set(Object.keys(responses ?? {})),
      });
    }
  }
  // A fixed path wins over a template that matches it too.
  for (const list of byMethod.values())
    list.sort((a, b) => a.pattern.source.split('[^/]+').length - b.pattern.source.split('[^/]+').length);
  return byMethod;
}

function find(operations: ReadonlyMap<string, readonly Operation[]>, c: Context): Operation | undefined {
  return operations.get(c.req.method)?.find(({ pattern }) => pattern.test(c.req.path));
}

/** Names the place and the rule; the value itself is left out, it may be a person's. */
function sentence(errors: readonly ErrorObject[] | null | undefined): string {
  // Of a oneOf, the deepest complaint is the one that helps.
  const error = [...(errors ?? [])].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
  if (error === undefined) return 'the value does not match its schema';
  const where = error.instancePath === '' ? '(body)' : error.instancePath;
  const params = error.params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  const extra =
    params.additionalProperty === undefined
      ? params.allowedValues === undefined
        ? ''
        : ` (${params.allowedValues.map(String).join(', ')})`
      : ` (${params.additionalProperty})`;
  return `${where} ${error.message ?? 'is not valid'}${extra}`;
}
