/** What a key is for; one of another kind is refused. */
export type KeyKind = 'diff' | 'log';

const KEY = /^(diff|log) (\S+) (\d{1,15}(?: \d{1,15})*)$/;

/**
 * Opaque keys of pages. A reader keeps one and brings it back as it is; only a key of this very run of the sandbox is
 * taken, since the stream of another run is another one.
 */
export class PageKeys {
  readonly #run: string;

  /** @param run what tells this run of the sandbox from every other; without spaces */
  constructor(run: string) {
    this.#run = run;
  }

  write(kind: KeyKind, ...place: readonly number[]): string {
    return Buffer.from(`${kind} ${this.#run} ${place.join(' ')}`).toString('base64url');
  }

  /** The place that {@link PageKeys.write} was given, or null when it was not this run that wrote the key. */
  read(kind: KeyKind, key: string): readonly number[] | null {
    const [, itsKind, itsRun, numbers = ''] = KEY.exec(Buffer.from(key, 'base64url').toString('utf8')) ?? [];
    if (itsKind !== kind || itsRun !== this.#run) return null;
    const place = numbers.split(' ').map(Number);
    return this.write(kind, ...place) === key ? place : null;
  }
}
