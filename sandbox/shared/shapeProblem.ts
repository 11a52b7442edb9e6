import type { z } from 'zod';

/** The first complaint of a schema as one sentence: `rules[0].fault.ms: expected …`. Never a value. */
export function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'the value is not as expected';
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${String(step)}`)).join('');
  return path === '' ? issue.message : `${path.replace(/^\./, '')}: ${issue.message}`;
}
