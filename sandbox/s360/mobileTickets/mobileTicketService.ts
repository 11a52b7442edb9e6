import { success, type Outcome } from '../envelope.js';
import type { S360State } from '../state.js';
import type { MobileTicketEntry } from './mobileTicket.js';
import type { StoreOutcome } from './mobileTicketStore.js';

// PROPOSED: what the manual's interface does inside S-360 (S-360 manual, 4. Retrieve ticket status); no public call is
// known for it. The bodies were checked against the OpenAPI document before they come here.

interface StoreResult {
  readonly ticketId: number;
  readonly status: string;
  readonly statusChangedAt: string;
  readonly outcome: StoreOutcome | 'UNKNOWN_TICKET' | 'WRONG_ORGANIZATION' | 'REFUSED';
  readonly errorCode?: string;
}

/** What S-360 knows of the mobile side of tickets, by ids or tax numbers; a ticket that nobody has is left out. */
export function readMobileTickets(
  state: S360State,
  body: { readonly ticketIds?: readonly number[]; readonly taxNumbers?: readonly string[] },
): Outcome {
  const { store, mobileTickets, contacts, distributions } = state;
  const indexes = new Set<number>();
  for (const ticketId of body.ticketIds ?? []) {
    const index = store.indexOf(ticketId);
    if (index !== undefined) indexes.add(index);
  }
  for (const taxNumber of body.taxNumbers ?? []) {
    for (const index of store.indexesOfTaxNumber(taxNumber)) indexes.add(index);
  }
  return success({
    mobileTickets: [...indexes].map((index) => {
      const row = store.rowAt(index);
      const current = mobileTickets.currentAt(index);
      const { contact_number: contactNumber } = row;
      return {
        ticketId: row.ticket_id,
        taxNumber: row.tax_number,
        organizationCode: row.organization_code,
        culturalContact:
          contactNumber === null
            ? null
            : { contactNumber, email: contacts.byNumber(contactNumber)?.email ?? row.contact_email },
        status: current?.status ?? null,
        statusChangedAt: current?.statusChangedAt ?? null,
        distributions: distributions.linesAt(index).map(({ status, changedAt }) => ({ status, changedAt })),
      };
    }),
  });
}

/** Keeps the mobile status of tickets, each on its own. The tickets themselves do not change: neither state nor record. */
export function storeMobileTickets(
  state: S360State,
  body: { readonly entries: readonly MobileTicketEntry[] },
): Outcome {
  const results = body.entries.map((entry) => storeOne(state, entry));
  const count = (outcome: StoreResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  state.counters.mobileTicketsStored += count('STORED');
  state.counters.mobileTicketHistoryAdded += count('ADDED_TO_HISTORY');
  state.counters.mobileTicketsUnchanged += count('UNCHANGED');
  state.counters.mobileTicketsRefused += count('REFUSED');
  return success({ results });
}

function storeOne(state: S360State, entry: MobileTicketEntry): StoreResult {
  const { store, mobileTickets, mobileTicketRefusals } = state;
  const { ticketId, status, statusChangedAt } = entry;
  const index = store.indexOf(ticketId);
  if (index === undefined) return { ticketId, status, statusChangedAt, outcome: 'UNKNOWN_TICKET' };
  if (store.valueAt(index, 'organization_code') !== entry.organizationCode) {
    return { ticketId, status, statusChangedAt, outcome: 'WRONG_ORGANIZATION' };
  }
  const errorCode = mobileTicketRefusals.codeOf(ticketId);
  if (errorCode !== undefined) return { ticketId, status, statusChangedAt, outcome: 'REFUSED', errorCode };
  const outcome = mobileTickets.store(index, entry);
  if (outcome !== 'UNCHANGED') state.accepted('mobileTickets.store');
  return { ticketId, status, statusChangedAt, outcome };
}
