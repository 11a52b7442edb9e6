import { grownLength } from './grownLength.js';

/** A column of all tickets that has few distinct texts: two bytes for each ticket. */
export class CodedColumn {
  #codes: Uint16Array;
  /** Code 0 is null. */
  readonly #texts: (string | null)[] = [null];
  readonly #codeOf = new Map<string | null, number>([[null, 0]]);

  constructor(tickets: number) {
    this.#codes = new Uint16Array(tickets);
  }

  at(index: number): string | null {
    return this.#texts[this.#codes[index] ?? 0] ?? null;
  }

  set(index: number, text: string | null): void {
    if (index >= this.#codes.length) {
      const grown = new Uint16Array(grownLength(this.#codes.length, index + 1));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      code = this.#texts.push(text) - 1;
      this.#codeOf.set(text, code);
    }
    this.#codes[index] = code;
  }
}
