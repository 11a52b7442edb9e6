import { success, type Outcome } from '../envelope.js';
import type { S360State } from '../state.js';
import type { DistributionLine, DistributionStatus } from './distributionStore.js';

// PROPOSED: what the manual's interface does inside S-360 (S-360 manual, 4.2 Cultural Contact Creation & Distribution); no
// public call is known for it. The bodies were checked against the OpenAPI document before they come here.

interface NewLine extends DistributionLine {
  readonly ticketId: number;
  readonly organizationCode: string;
}

interface RecordResult {
  readonly ticketId: number;
  readonly status: DistributionStatus;
  readonly changedAt: string;
  readonly outcome: 'RECORDED' | 'UNCHANGED' | 'UNKNOWN_TICKET' | 'UNKNOWN_CONTACT' | 'WRONG_ORGANIZATION' | 'REFUSED';
  readonly errorCode?: string;
}

/**
 * Appends lines to the distribution history of tickets, each on its own. A CONFIRMED line makes its new contact the
 * ticket's cultural contact, unless a later one is there. The ticket's record has not changed by that.
 */
export function recordDistributions(state: S360State, body: { readonly lines: readonly NewLine[] }): Outcome {
  const results = body.lines.map((line) => recordOne(state, line));
  state.counters.distributionsRecorded += results.filter(({ outcome }) => outcome === 'RECORDED').length;
  state.counters.distributionsUnchanged += results.filter(({ outcome }) => outcome === 'UNCHANGED').length;
  return success({ results });
}

function recordOne(state: S360State, { ticketId, organizationCode, ...line }: NewLine): RecordResult {
  const { store, distributions, contacts, distributionRefusals } = state;
  const { status, changedAt, oldContactNumber, newContactNumber } = line;
  const about = { ticketId, status, changedAt };
  const index = store.indexOf(ticketId);
  if (index === undefined) return { ...about, outcome: 'UNKNOWN_TICKET' };
  if (store.valueAt(index, 'organization_code') !== organizationCode)
    return { ...about, outcome: 'WRONG_ORGANIZATION' };
  const errorCode = distributionRefusals.codeOf(ticketId);
  if (errorCode !== undefined) return { ...about, outcome: 'REFUSED', errorCode };
  if (distributions.has(index, status, changedAt)) return { ...about, outcome: 'UNCHANGED' };
  const isUnknown = (number: string | null): boolean => number !== null && contacts.byNumber(number) === undefined;
  if (isUnknown(oldContactNumber) || isUnknown(newContactNumber)) return { ...about, outcome: 'UNKNOWN_CONTACT' };
  if (status === 'CONFIRMED' && newContactNumber === null) {
    return { ...about, outcome: 'REFUSED', errorCode: 'NEW_CONTACT_MISSING' };
  }
  const isLatest = distributions.add(index, line);
  if (status === 'CONFIRMED' && isLatest && newContactNumber !== null) store.distribute(index, newContactNumber);
  state.accepted('distributions.record');
  return { ...about, outcome: 'RECORDED' };
}
