import { textOf } from './expectedTicket.js';
import { isSameMoment, wrong, type Finding } from './finding.js';
import type { ControlSettings } from './rules.js';
import type { S360Record } from './sandboxTickets.js';

/** What TIXNGO shows of something that a gate has let in. */
interface Shown {
  readonly status: string;
  readonly controlledAt: string | null;
}

/** Why push controlled rightly leaves a CONTROLLED ticket alone; null if it is its business. */
export function reasonNotToControl(row: S360Record['row'], settings: ControlSettings): string | null {
  if (!settings.shipmentModes.some((mode) => mode === textOf(row, 'shipment_mode_type'))) return 'other shipment mode';
  const listed = settings.skipTickets.split(',').map((entry) => entry.trim());
  const number = textOf(row, 'tax_number');
  const skipped = listed.includes(`id:${String(row['ticket_id'])}`) || (number !== null && listed.includes(number));
  return skipped ? 'on the skip list' : null;
}

/** @param status that TIXNGO must show: a ticket is CONTROLLED, a privilege USED */
export function compareControl(
  { row, flags }: S360Record,
  held: Shown,
  status: 'CONTROLLED' | 'USED',
  exportKey: string,
): Finding[] {
  const findings: Finding[] = [];
  if (flags[exportKey] === undefined) {
    findings.push(wrong('processed', `CONTROLLED in S-360, but not marked processed (${exportKey})`));
  }
  if (held.status !== status) {
    findings.push(wrong('status', `CONTROLLED in S-360, but ${held.status} in TIXNGO`));
    return findings;
  }
  const controlledAt = textOf(row, 'controlled_at');
  // Who was let in before with another hint, such as by the app, keeps the first time.
  if (controlledAt === null || held.controlledAt === null) return findings;
  if (!isSameMoment(`${controlledAt.replace(' ', 'T')}Z`, held.controlledAt)) {
    findings.push(wrong('controlledAt', `${controlledAt} UTC in S-360, ${held.controlledAt} in TIXNGO`));
  }
  return findings;
}
