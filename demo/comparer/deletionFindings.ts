import { expectedDeletion } from './expectedDeletion.js';
import { wrong, type Finding } from './finding.js';
import type { CancellationSettings, ComparerRules } from './rules.js';
import type { S360Record, TixngoDeletion } from './sandboxTickets.js';

/** Whether a ticket or a card is being deleted in TIXNGO for the reason that S-360 has. */
export function compareDeletion(
  row: S360Record['row'],
  have: TixngoDeletion | null,
  rules: ComparerRules,
  push: CancellationSettings,
): Finding[] {
  const want = expectedDeletion(row, rules, push);
  const findings: Finding[] = [];
  if (have?.reason !== want.reason) {
    findings.push(wrong('deletion.reason', `${want.reason} in S-360, ${have?.reason ?? 'nothing'} in TIXNGO`));
  }
  if (have?.visible !== want.visible) {
    const seen = (visible: boolean | undefined): string => (visible === true ? 'shown' : 'not shown');
    findings.push(
      wrong('deletion.visible', `must be ${seen(want.visible)} to its spectator, is ${seen(have?.visible)}`),
    );
  }
  return findings;
}
