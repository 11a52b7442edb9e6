/** Tells the person at the terminal one line of what is going on. */
export type Say = (line: string) => void;

/** Progress belongs on stderr: stdout is for results. */
export const sayOnStderr: Say = (line) => {
  process.stderr.write(`${line}\n`);
};

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
