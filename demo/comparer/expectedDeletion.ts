import { textOf } from './expectedTicket.js';
import type { CancellationSettings, ComparerRules } from './rules.js';
import type { S360Record } from './sandboxTickets.js';

type Row = S360Record['row'];

/** How a cancelled or invalidated ticket must be deleted in TIXNGO. */
export interface ExpectedDeletion {
  readonly reason: string;
  /** Whether its spectator still sees it among the deleted tickets. */
  readonly visible: boolean;
}

export function expectedDeletion(row: Row, { settings }: ComparerRules, push: CancellationSettings): ExpectedDeletion {
  const given = textOf(row, 'cancellation_cause')?.trim() ?? 'NOT_CANCELLED';
  const cause = given === 'NOT_CANCELLED' ? String(row['ticket_state']) : given;
  const { overrideVisibilityFlagForInvalidationReasons, visibilityFlagDefaultValue } = settings.customParameters;
  const [, translated] = Object.entries<string>(push.deletionReasons).find(([from]) => from === cause) ?? [];
  return {
    reason: translated ?? cause,
    visible:
      overrideVisibilityFlagForInvalidationReasons.some((shown) => shown === cause) ||
      push.notifySpectator ||
      visibilityFlagDefaultValue,
  };
}

/** Why push cancelled rightly leaves a cancelled ticket alone; null if it is its business. */
export function reasonNotToPush(row: Row, push: CancellationSettings): string | null {
  if (!push.shipmentModes.some((mode) => mode === textOf(row, 'shipment_mode_type'))) return 'other shipment mode';
  const listed = push.skipTickets.split(',').map((entry) => entry.trim());
  const number = textOf(row, 'tax_number');
  const skipped = listed.includes(`id:${String(row['ticket_id'])}`) || (number !== null && listed.includes(number));
  return skipped ? 'on the skip list' : null;
}
