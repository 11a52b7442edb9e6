import { createHash } from 'node:crypto';

import { partsOf } from '../domain/parts.js';
import type { TicketList } from '../domain/skipList.js';
import { compareTicketIds } from '../domain/ticketId.js';
import type { S360Ticket } from '../domain/ticket.js';
import type { ListedTickets } from '../s360/exportParameters.js';

/** How far a run has come in a list: parts that are done, and the last ticket id of the one that is half done. */
export interface ListPosition {
  readonly part: number;
  readonly after: string | null;
}

/**
 * The tickets that an operator has named, cut into parts of a page: S-360 is asked for one part after the other, whether its tickets are
 * processed or not. The order is always the same, so that a later stretch goes on where the one before has stopped.
 */
export class TicketListParts {
  readonly parts: readonly ListedTickets[];
  readonly count: number;
  private readonly ticketIds: ReadonlySet<string>;
  /** Another list has another one: a file may have been changed between two stretches. */
  private readonly fingerprint: string;

  constructor(list: TicketList, pageSize: number) {
    const ids = [...list.ticketIds].sort(compareTicketIds);
    const numbers = [...list.taxNumbers].sort();
    this.parts = [
      ...partsOf(ids, pageSize).map((values): ListedTickets => ({ by: 'ticketIds', values })),
      ...partsOf(numbers, pageSize).map((values): ListedTickets => ({ by: 'taxNumbers', values })),
    ];
    this.ticketIds = list.ticketIds;
    this.count = ids.length + numbers.length;
    this.fingerprint = createHash('sha256')
      .update([...ids, '', ...numbers].join('\n'))
      .digest('hex')
      .slice(0, 12);
  }

  /** A ticket of a part of tax numbers that is named by its id too has had its turn. */
  isNamedTwice({ by }: ListedTickets, { ticketId }: S360Ticket): boolean {
    return by === 'taxNumbers' && this.ticketIds.has(ticketId);
  }

  /** As a run hands it from stretch to stretch. */
  positionText({ part, after }: ListPosition): string {
    return ['list', this.fingerprint, String(part), ...(after === null ? [] : [after])].join(' ');
  }

  /** @returns null if the position is one in another list, or in none */
  positionIn(text: string | null): ListPosition | null {
    if (text === null) return { part: 0, after: null };
    const [kind, fingerprint, part, after = null] = text.split(' ');
    return kind === 'list' && fingerprint === this.fingerprint ? { part: Number(part), after } : null;
  }
}

/** By what a part names a ticket; null if it has no such number. */
export function nameIn({ by }: ListedTickets, { ticketId, taxNumber }: S360Ticket): string | null {
  return by === 'ticketIds' ? ticketId : taxNumber;
}

/** As an operator writes it. */
export function asWritten({ by }: ListedTickets, value: string): string {
  return by === 'ticketIds' ? `id:${value}` : value;
}
