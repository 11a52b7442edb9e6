import type { S360Ticket } from './ticket.js';
import type { HeldTicket } from './tixngoEffect.js';
import { isDeletion } from './tixngoStatus.js';

/** What TIXNGO is to show of a ticket that a gate has let in. Source: S-360 manual, «3. Push Controlled Tickets». */
export interface WantedControl {
  /** RFC 3339 */
  readonly controlledAt: string;
}

/** When the gate controlled it; if S-360 does not tell, when its record changed, or else when it was read. */
export function wantedControl(
  { controlledAt, updatedAt }: Pick<S360Ticket, 'controlledAt' | 'updatedAt'>,
  exportDate: string,
): WantedControl {
  const times = [utc(controlledAt), utc(updatedAt), Date.parse(exportDate)];
  const known = times.find((ms) => Number.isFinite(ms)) ?? 0;
  return { controlledAt: new Date(known).toISOString() };
}

/**
 * - `done`: CONTROLLED; of a digital privilege, USED
 * - `over`: deleted or being deleted: a cancellation wins over a control, whichever comes first
 * - `differs`: to be controlled
 */
export function controlEffect({ status }: Pick<HeldTicket, 'status'>): 'done' | 'over' | 'differs' {
  if (isDeletion(status)) return 'over';
  return status === 'CONTROLLED' || status === 'USED' ? 'done' : 'differs';
}

/** S-360's `yyyy-MM-dd HH:mm:ss`, UTC. */
function utc(text: string | null): number {
  return text === null ? Number.NaN : Date.parse(`${text.replace(' ', 'T')}Z`);
}
