import { inputProblem, type InputShape } from '../domain/inputCheck.js';

/** What was typed cannot be used; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The one JSON object of a command line, checked as the workflow checks it, so that a mistake costs no execution.
 *
 * @returns undefined for nothing
 * @throws UsageError naming the field, what was expected and an input that is right, never a value
 */
export function readInput(text: string | undefined, shape: InputShape): Record<string, unknown> | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    // V8's message quotes a part of the text; only the place is repeated.
    const place = /position (\d+)/.exec((error as Error).message)?.[1];
    const where = place === undefined ? 'its end' : `character ${String(Number(place) + 1)}`;
    throw new UsageError(
      `${shape.name}: expected one JSON object in single quotes, but it is no JSON at ${where}. ` +
        `An input that is right: '${JSON.stringify(shape.example)}'`,
    );
  }
  const problem = inputProblem(input, shape);
  if (problem !== null) throw new UsageError(problem);
  return (input ?? undefined) as Record<string, unknown> | undefined;
}
