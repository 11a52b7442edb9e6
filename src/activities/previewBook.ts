import { createHash } from 'node:crypto';

import { addCounts, noCounts, type RunCounts } from '../domain/counts.js';
import type { InterfaceState } from '../domain/interfaceState.js';
import { describeReason, type ParkingReason } from '../domain/parking.js';
import { mostPreviewed } from '../domain/preview.js';
import type { PreviewedTickets, StretchPhase } from '../domain/stretch.js';
import type { TicketDecision } from './functionRun.js';

interface Word {
  readonly ticketId: string;
  readonly what: string;
}

/** What one stretch of a preview finds out, and who would be told, as digests of their mailboxes. */
export class PreviewedStretch {
  readonly people = new Set<string>();
  private readonly said = new Map<string, Word>();

  /** @param everyWord whether a ticket has many entries, each with a word of its own; else the last word on it counts */
  constructor(private readonly everyWord: boolean) {}

  decided(ticketId: string, decision: TicketDecision | ParkingReason, told: string | null): void {
    const what = typeof decision === 'string' ? decision : `parked: ${describeReason(decision)}`;
    this.said.set(this.everyWord ? String(this.said.size) : ticketId, { ticketId, what });
    const mailbox = (told ?? '').trim().toLowerCase();
    if (mailbox !== '') this.people.add(createHash('sha256').update(mailbox).digest('base64'));
  }

  get words(): readonly Word[] {
    return [...this.said.values()];
  }
}

/** How far a preview has come: the stretches that are over. It lives in the worker's memory and dies with it; another worker begins again. */
export class PreviewProgress {
  counts: RunCounts = { ...noCounts };
  position: string | null = null;
  phase: StretchPhase | undefined;
  /** Named by an operator and not offered by S-360: the first of them. */
  notOffered: readonly string[] = [];
  /** The state of the interface as the run would have left it; undefined before the first stretch. */
  state: InterfaceState | undefined;
  stretches = 0;
  /** Which attempt works on it: an older one that still lives adds nothing any more. */
  attempt = 0;
  private readonly byWhat = new Map<string, { count: number; readonly ticketIds: string[] }>();
  private readonly told = new Set<string>();

  take(stretch: PreviewedStretch, counts: RunCounts): void {
    this.counts = addCounts(this.counts, counts);
    this.stretches += 1;
    for (const digest of stretch.people) this.told.add(digest);
    for (const { ticketId, what } of stretch.words) {
      const known = this.byWhat.get(what) ?? { count: 0, ticketIds: [] };
      known.count += 1;
      const isNamed = ticketId === '' || known.ticketIds.includes(ticketId);
      if (known.ticketIds.length < mostPreviewed && !isNamed) known.ticketIds.push(ticketId);
      this.byWhat.set(what, known);
    }
  }

  get tickets(): PreviewedTickets[] {
    return [...this.byWhat].map(([what, { count, ticketIds }]) => ({ what, count, ticketIds }));
  }

  get people(): number {
    return this.told.size;
  }
}

const mostBooks = 8;

/** One for each preview on this worker, however often it has to wait for its calls. */
export class PreviewBooks {
  private readonly books = new Map<string, PreviewProgress>();

  of(runId: string): PreviewProgress {
    const book = this.books.get(runId) ?? new PreviewProgress();
    this.books.delete(runId);
    this.books.set(runId, book);
    for (const oldest of this.books.keys()) {
      if (this.books.size <= mostBooks) break;
      this.books.delete(oldest);
    }
    return book;
  }

  end(runId: string): void {
    this.books.delete(runId);
  }
}
