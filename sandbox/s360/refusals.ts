/** What a test has poisoned: every later write of it is refused with an error code, until it is accepted again. */
export class Refusals<Key> {
  readonly #codes = new Map<Key, string>();

  refuse(keys: readonly Key[], errorCode: string): void {
    for (const key of keys) this.#codes.set(key, errorCode);
  }

  accept(keys: readonly Key[]): void {
    for (const key of keys) this.#codes.delete(key);
  }

  /** The error code, or undefined when it is not poisoned. */
  codeOf(key: Key): string | undefined {
    return this.#codes.get(key);
  }

  get count(): number {
    return this.#codes.size;
  }
}
