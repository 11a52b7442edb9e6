/** How a state is told and drawn. States that mean the same in both systems have the same colour. */
export interface ShownState {
  readonly key: string;
  readonly label: string;
  /** Class of the style sheet. */
  readonly colour: string;
}

/** From the bottom of the stack to its top. */
export const s360States: readonly ShownState[] = [
  { key: 'CONTROLLED', label: 'CONTROLLED', colour: 'controlled' },
  { key: 'PRINTED', label: 'PRINTED', colour: 'valid' },
  { key: 'NOT_PRINTED', label: 'NOT_PRINTED', colour: 'waiting' },
  { key: 'CANCELLED', label: 'CANCELLED', colour: 'gone' },
  { key: 'INVALIDATED', label: 'INVALIDATED', colour: 'gone-too' },
  { key: 'card CONTROLLED', label: 'card, CONTROLLED', colour: 'card-used' },
  { key: 'card PRINTED', label: 'card, PRINTED', colour: 'card' },
  { key: 'card NOT_PRINTED', label: 'card, NOT_PRINTED', colour: 'card-waiting' },
  { key: 'card CANCELLED', label: 'card, CANCELLED', colour: 'gone' },
  { key: 'card INVALIDATED', label: 'card, INVALIDATED', colour: 'gone-too' },
];

export const tixngoStates: readonly ShownState[] = [
  { key: 'CONTROLLED', label: 'CONTROLLED', colour: 'controlled' },
  { key: 'ACTIVATED', label: 'activated', colour: 'activated' },
  { key: 'TRANSFERRED', label: 'TRANSFERRED', colour: 'transferred' },
  { key: 'transfer', label: 'on the move', colour: 'moving' },
  { key: 'FAILURE', label: 'transfer refused or lapsed', colour: 'stayed' },
  { key: 'ASSIGNED', label: 'ASSIGNED', colour: 'assigned' },
  { key: 'DOWNLOADED', label: 'DOWNLOADED', colour: 'valid' },
  { key: 'INJECTED', label: 'INJECTED', colour: 'injected' },
  { key: 'DELETION_PENDING', label: 'DELETION_PENDING', colour: 'going' },
  { key: 'DELETED', label: 'DELETED', colour: 'gone' },
  { key: 'privilege USED', label: 'privilege, USED', colour: 'card-used' },
  { key: 'privilege ACTIVE', label: 'privilege, ACTIVE', colour: 'card' },
  { key: 'privilege DELETION_PENDING', label: 'privilege, DELETION_PENDING', colour: 'going' },
  { key: 'privilege DELETED', label: 'privilege, DELETED', colour: 'gone' },
];

const families: Readonly<Record<string, string>> = {
  PENDING_TRANSFER: 'transfer',
  PENDING: 'transfer',
  FAILURE_TRANSFER: 'FAILURE',
  ONLINE_ACTIVATED: 'ACTIVATED',
  OFFLINE_ACTIVATED: 'ACTIVATED',
  MANUAL_ACTIVATED: 'ACTIVATED',
  BT_ACTIVATED: 'ACTIVATED',
};

/** The states that occurred, each with its counts; statuses of one family are one, and those that nobody knows are «other». */
export interface StateSeries extends ShownState {
  readonly counts: readonly number[];
}

export function stateSeries(
  known: readonly ShownState[],
  samples: readonly Readonly<Record<string, number>>[],
): StateSeries[] {
  const all = [...known, { key: 'other', label: 'other', colour: 'other' }];
  const keyOf = (state: string): string => {
    const key = families[state] ?? state;
    return known.some((one) => one.key === key) ? key : 'other';
  };
  return all
    .map((state) => ({
      ...state,
      counts: samples.map((sample) =>
        Object.entries(sample).reduce((sum, [name, count]) => (keyOf(name) === state.key ? sum + count : sum), 0),
      ),
    }))
    .filter(({ counts }) => counts.some((count) => count > 0));
}
