/** What the supervisor is to do: its only argument, as JSON. */
export interface SupervisorJob {
  readonly command: string;
  readonly args: readonly string[];
  /** Directory to delete after the server has ended, null for none. */
  readonly deleteAtEnd: string | null;
  /** How long the server may take to end by itself before it is killed, in milliseconds; 0 kills at once. */
  readonly graceMilliseconds: number;
}

/** What the supervisor tells the process that started it. */
export type SupervisorReport =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ended'; readonly how: string };
