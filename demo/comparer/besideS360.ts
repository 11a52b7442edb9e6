/**
 * One of TIXNGO's lists, read side by side with S-360's: both come in the order of their ids, so that memory does not grow with them.
 */
export class BesideS360<T> {
  private held: IteratorResult<T, void> | null = null;

  constructor(
    private readonly list: AsyncGenerator<T, void, void>,
    private readonly idOf: (one: T) => string,
    private readonly unknown: (one: T) => void,
  ) {}

  /** What TIXNGO has under this id; what comes before it is unknown to S-360. */
  async at(id: string): Promise<T | null> {
    for (;;) {
      this.held ??= await this.list.next();
      if (this.held.done === true || !comesBefore(this.idOf(this.held.value), id)) break;
      this.unknown(this.held.value);
      this.held = null;
    }
    if (this.held.done === true || this.idOf(this.held.value) !== id) return null;
    const { value } = this.held;
    this.held = null;
    return value;
  }

  /** What is left is unknown to S-360. */
  async end(): Promise<void> {
    if (this.held !== null && this.held.done !== true) this.unknown(this.held.value);
    for await (const one of this.list) this.unknown(one);
  }
}

/** In the order of both lists: ids are numbers; anything else stands where it stands and is nobody's. */
function comesBefore(left: string, right: string): boolean {
  if (!/^\d+$/.test(left)) return true;
  return BigInt(left) < BigInt(right);
}
