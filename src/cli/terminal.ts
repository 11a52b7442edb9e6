import Table from 'cli-table3';
import picocolors from 'picocolors';

/** A pipe has no `isTTY` at all. */
interface Stream {
  readonly isTTY?: boolean | undefined;
}

/** Colours for what goes to this stream: only to a person's terminal, and not where `NO_COLOR` is set. */
export function coloursFor(stream: Stream, environment: NodeJS.ProcessEnv): ReturnType<typeof picocolors.createColors> {
  // Never undefined: then the library would decide for itself, and it takes CI for a terminal.
  const wanted = stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
  return picocolors.createColors(wanted);
}

/** For results, which go to standard output. */
export const colours = coloursFor(process.stdout, process.env);

export interface TableOptions {
  readonly head?: readonly string[];
  /** Columns of numbers, from 0. */
  readonly right?: readonly number[];
}

/** A table with lines in a terminal, and with nothing but columns where the output is piped. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const columns = Math.max(options.head?.length ?? 0, ...rows.map((row) => row.length));
  const made = new Table({
    ...(process.stdout.isTTY ? {} : { chars: noLines }),
    ...(options.head === undefined ? {} : { head: options.head.map((text) => colours.bold(text)) }),
    style: {
      head: [],
      border: [],
      ...(process.stdout.isTTY ? { compact: true } : { 'padding-left': 0, 'padding-right': 0 }),
    },
    colAligns: Array.from({ length: columns }, (_, column) =>
      options.right?.includes(column) === true ? 'right' : 'left',
    ),
  });
  for (const row of rows) made.push([...row]);
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const noLines = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** 12345 → 12,345 */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
