/** What a look sees of one ticket or card. */
export interface Account {
  /** How often people were told of it, ever. */
  readonly told: number;
  /** How many things have happened to it of which they may be told, ever. */
  readonly happened: number;
  /** How many of them TIXNGO does not show yet. */
  readonly open: number;
}

interface Kept {
  readonly told: number;
  readonly happened: number;
  /** Things that have happened and were not told. */
  readonly left: number;
}

const nothing: Kept = { told: 0, happened: 0, left: 0 };

/** TIXNGO tells at every write that it accepts: once for each thing that has happened, and never again. */
export class Ledger {
  private readonly kept = new Map<number, Kept>();

  /**
   * @param isQuiet nobody can be at work with what was read before: then what TIXNGO shows already is nothing to be told any more
   * @returns how often people were told more than there was to tell, since the last look
   */
  settle(id: number, { told, happened, open }: Account, isQuiet: boolean): number {
    const before = this.kept.get(id) ?? nothing;
    const left = before.left + (happened - before.happened) - (told - before.told);
    this.kept.set(id, { told, happened, left: Math.max(0, isQuiet ? Math.min(left, open) : left) });
    return Math.max(0, -left);
  }
}
