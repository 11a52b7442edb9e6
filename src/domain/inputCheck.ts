/**
 * Checks the one JSON object that the Web UI sends to a workflow or an update. Small on purpose: workflow code must stay light, so no
 * validation library runs there. A problem names the path, what was expected, what kind of thing came, and an input that is right.
 * It never repeats a value: somebody may have pasted something personal.
 */
export interface InputField {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  readonly required?: true;
  /** Meant for one run: in a schedule it would count for every one. */
  readonly override?: true;
}

export interface InputShape {
  /** What is being checked, as the operator calls it. */
  readonly name: string;
  readonly fields: Readonly<Record<string, InputField>>;
  /** An input that is right. */
  readonly example: object;
  /** One that is right and has overrides, shown where an override does not fit. */
  readonly overrideExample?: object;
  /** What spans several fields, each of which fits: null, or the sentence (without its full stop) that says why not. */
  readonly check?: (input: Readonly<Record<string, unknown>>) => string | null;
}

/** @returns null if the input fits, else the sentence that says why not; a missing input (`undefined` or `null`) is an empty object */
export function inputProblem(input: unknown, shape: InputShape): string | null {
  const right = (example: object): string => `An input that is right: ${JSON.stringify(example)}`;
  const example = right(shape.example);
  const overrideExample = right(shape.overrideExample ?? shape.example);
  if (input !== undefined && input !== null && (typeof input !== 'object' || Array.isArray(input))) {
    return `${shape.name}: expected one JSON object or nothing, got ${kindOf(input)}. ${example}`;
  }
  const given = (input ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(shape.fields, name)) {
      const known = Object.keys(shape.fields).join(', ');
      if (known === '') return `${shape.name}: expected none, got a field "${printable(name)}".`;
      return `${shape.name}: unknown field "${printable(name)}"; expected one of: ${known}. ${example}`;
    }
  }
  for (const [name, field] of Object.entries(shape.fields)) {
    const value = given[name];
    if (value === undefined || value === null) {
      if (field.required === true) return `${shape.name}: ${name} is missing; expected ${field.expected}. ${example}`;
    } else if (!field.accepts(value)) {
      const shown = field.override === true ? overrideExample : example;
      return `${shape.name}: ${name}: expected ${field.expected}, got ${kindOf(value)}. ${shown}`;
    }
  }
  const together = shape.check?.(given) ?? null;
  return together === null ? null : `${shape.name}: ${together}. ${overrideExample}`;
}

/** @returns null if a schedule may have this input, else the sentence that says why not and what to do; the input fits already */
export function scheduledInputProblem(input: unknown, shape: InputShape): string | null {
  const given = (input ?? {}) as Readonly<Record<string, unknown>>;
  const overrides = overridesIn(given, shape);
  if (overrides.length === 0) return null;
  const [are, them] = overrides.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return (
    `${shape.name}: ${overrides.join(' and ')} ${are} meant for one run, and this execution was started by a schedule, which would give ${them} to every one. ` +
    `Take ${them} out of the schedule's input (npm start -- schedules apply does) and start one execution with ${them} once by hand.`
  );
}

/** The fields of an input that are meant for one run. */
export function overridesIn(input: object, shape: InputShape): string[] {
  const given = input as Readonly<Record<string, unknown>>;
  return Object.entries(shape.fields)
    .filter(([name, { override }]) => override === true && asksFor(given[name]))
    .map(([name]) => name);
}

/** Whether a value asks for something: `false` asks for what happens anyway. */
export function asksFor(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** What is left of an input that means the function, and no more than it. */
export function withoutOverrides<Input extends object>(input: Input, shape: InputShape): Partial<Input> {
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => shape.fields[name]?.override !== true),
  ) as Partial<Input>;
}

/** A field name may itself be something pasted by mistake: only what looks like a name is repeated. */
function printable(name: string): string {
  return /^[A-Za-z_]\w{0,39}$/.test(name) ? name : '…';
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value.trim() === '' ? 'an empty text' : 'a text that does not fit';
    case 'number':
      return 'a number that does not fit';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}

const shortText = (value: unknown, maxLength: number): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= maxLength;

export const trueOrFalse: InputField = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const codeField: InputField = {
  expected: 'a code of the interface configuration, such as "FCDEMO"',
  accepts: (value) => shortText(value, 100),
};

/** A sentence of an operator: no address or number of a person belongs in it, so an @ is refused. */
export function sentenceField(expected: string): InputField {
  return { expected, required: true, accepts: (value) => shortText(value, 200) && !String(value).includes('@') };
}
