import type { InterfaceState } from './interfaceState.js';

/**
 * Which privilege definitions a TIXNGO organizer has, so that one is written only if it is new or has changed. All organizations of the
 * organizer share them. What is not known is written once more, which changes nothing in TIXNGO.
 */
export type KnownDefinitions = Readonly<Record<string, string>>;

/** What a stretch has written, as fingerprints by definition id. */
export interface WrittenDefinitions {
  readonly organizer: string;
  readonly known: KnownDefinitions;
}

/** The newest of an organizer. */
const mostKnown = 1_000;

export function definitionsOf(state: InterfaceState, organizer: string): KnownDefinitions {
  const all = state.definitions ?? {};
  return Object.hasOwn(all, organizer) ? (all[organizer] ?? {}) : {};
}

/** They are known as soon as they are written, also when the attempt has failed behind them. */
export function withDefinitions(state: InterfaceState, written: WrittenDefinitions | undefined): InterfaceState {
  if (written === undefined) return state;
  const { organizer, known } = written;
  const others = Object.entries(definitionsOf(state, organizer)).filter(([id]) => !Object.hasOwn(known, id));
  const newest = [...others, ...Object.entries(known)].slice(-mostKnown);
  return { ...state, definitions: { ...state.definitions, [organizer]: Object.fromEntries(newest) } };
}
