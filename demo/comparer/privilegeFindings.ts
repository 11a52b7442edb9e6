import { compareDeletion } from './deletionFindings.js';
import type { Differences, Reasons } from './differences.js';
import { compareControl, reasonNotToControl } from './expectedControl.js';
import { reasonNotToPush } from './expectedDeletion.js';
import { expectedPrivilege, reasonForCardToWait, type ExpectedPrivilege } from './expectedPrivilege.js';
import { textOf } from './expectedTicket.js';
import { wrong, type Finding } from './finding.js';
import type { ComparerRules, PrivilegeRules } from './rules.js';
import type { S360Record, TixngoDefinition, TixngoPrivilege } from './sandboxTickets.js';

/** What became of the cards. */
export interface ComparedPrivileges {
  readonly inTixngo: number;
  /** Cards that are valid in both, with owner, barcode, definition and tickets. */
  readonly same: number;
  /** Of those, the ones that a gate has let in. */
  readonly used: number;
  /** Tickets that belong to those. */
  readonly linkedTickets: number;
  readonly deleted: number;
  readonly waitingForPhone: number;
  readonly toldAgain: number;
  /** Products that became a definition. */
  readonly definitions: number;
}

/** Decides for every card of S-360 what must be true of its privilege in TIXNGO, and looks whether it is. */
export class PrivilegeFindings {
  private readonly counts = {
    inTixngo: 0,
    same: 0,
    used: 0,
    linkedTickets: 0,
    deleted: 0,
    waitingForPhone: 0,
    toldAgain: 0,
  };
  private readonly comparedDefinitions = new Set<string>();

  constructor(
    private readonly rules: ComparerRules,
    private readonly privileges: PrivilegeRules,
    private readonly definitions: ReadonlyMap<string, TixngoDefinition>,
    private readonly differences: Differences,
    private readonly apart: Reasons,
  ) {}

  unknownToS360({ privilegeId }: TixngoPrivilege): void {
    this.counts.inTixngo += 1;
    this.differ(privilegeId, wrong('privilege', 'unknown to S-360'));
  }

  look(id: string, card: S360Record, held: TixngoPrivilege | null): void {
    const { row, flags } = card;
    if (held !== null) {
      this.counts.inTixngo += 1;
      if (held.notifications > timesTold(held)) this.counts.toldAgain += 1;
    }
    const state = textOf(row, 'ticket_state') ?? 'none';
    const processed = flags[this.privileges.exportKey] !== undefined;
    const printedByUs = textOf(row, 'printed_by') === this.privileges.settings.pointOfSales;
    if ((state === 'PRINTED' || state === 'CONTROLLED') && printedByUs) {
      this.mustBeThere(id, card, held, processed);
    } else if (state === 'NOT_PRINTED') {
      this.mayWait(id, row, held, processed);
    } else if (state === 'CANCELLED' || state === 'INVALIDATED') {
      this.mustBeGone(id, card, held, state, processed);
    } else if (held === null) {
      this.apart.add(`card, ${state === 'PRINTED' ? 'printed by another point of sales' : state}`);
    } else {
      this.differ(id, wrong('privilege', `in TIXNGO, but ${state} by another point of sales in S-360`));
    }
  }

  result(): ComparedPrivileges {
    for (const id of this.definitions.keys()) {
      if (!this.comparedDefinitions.has(id)) {
        this.differences.add({ ticketId: null, field: `definition ${id}`, what: 'no card of S-360 needs it' });
      }
    }
    return { ...this.counts, definitions: this.definitions.size };
  }

  private mustBeThere(id: string, card: S360Record, held: TixngoPrivilege | null, processed: boolean): void {
    const findings: Finding[] = [];
    if (!processed) {
      findings.push(wrong('processed', `PRINTED in S-360, but not marked processed (${this.privileges.exportKey})`));
    }
    if (held === null) {
      findings.push(wrong('privilege', 'PRINTED in S-360, but missing in TIXNGO'));
    } else {
      const expected = expectedPrivilege(card.row, this.rules, this.privileges);
      findings.push(
        ...this.compareStatus(card, held),
        ...compareFields(expected, held),
        ...this.compareDefinition(expected),
      );
    }
    for (const finding of findings) this.differ(id, finding);
    if (findings.length > 0 || held === null) return;
    this.counts.same += 1;
    this.counts.linkedTickets += held.ticketIds.length;
    if (held.status === 'USED') this.counts.used += 1;
  }

  private compareStatus(card: S360Record, held: TixngoPrivilege): Finding[] {
    const { control } = this.rules;
    if (held.status !== 'ACTIVE' && held.status !== 'USED') {
      return [wrong('status', `${String(card.row['ticket_state'])} in S-360, but ${held.status} in TIXNGO`)];
    }
    if (control === null || card.row['ticket_state'] !== 'CONTROLLED') return [];
    if (reasonNotToControl(card.row, control.settings) !== null) return [];
    return compareControl(card, held, 'USED', control.exportKey);
  }

  /** Each of them once: all cards of a product have the same. */
  private compareDefinition({ definitionId, definition: want }: ExpectedPrivilege): Finding[] {
    if (definitionId === null || this.comparedDefinitions.has(definitionId)) return [];
    this.comparedDefinitions.add(definitionId);
    const have = this.definitions.get(definitionId);
    if (have === undefined) return [wrong('definition', `${definitionId} is missing in TIXNGO`)];
    const pairs: readonly [name: string, want: unknown, have: unknown][] = [
      ['type', want.type, have.type],
      ['name', want.name, have.name],
      ['imageUrl', want.imageUrl, have.imageUrl],
      ['validFrom', want.validFrom, momentOf(have.validFrom)],
      ['validTo', want.validTo, momentOf(have.validTo)],
    ];
    return pairs.flatMap(([name, wanted, has]) =>
      wanted === has ? [] : [wrong(`definition.${name}`, 'not the same in both')],
    );
  }

  private mayWait(id: string, row: S360Record['row'], held: TixngoPrivilege | null, processed: boolean): void {
    if (processed) this.differ(id, wrong('processed', 'marked processed in S-360, but NOT_PRINTED'));
    if (held !== null) {
      this.differ(id, wrong('privilege', 'in TIXNGO, but NOT_PRINTED in S-360'));
      return;
    }
    const reason = reasonForCardToWait(row, this.rules, this.privileges);
    if (reason === null) this.differ(id, wrong('privilege', 'missing in TIXNGO (nothing keeps it from being sent)'));
    else this.apart.add(reason);
  }

  private mustBeGone(
    id: string,
    card: S360Record,
    held: TixngoPrivilege | null,
    state: string,
    injected: boolean,
  ): void {
    const { push } = this.rules;
    const left = push === null ? 'push cancelled is not configured' : reasonNotToPush(card.row, push.settings);
    if (push === null || left !== null) {
      this.apart.add(`card, ${state}${held === null ? '' : ' after it was injected'}, ${left ?? ''}`);
      return;
    }
    const findings: Finding[] = [];
    if (card.flags[push.exportKey] === undefined) {
      findings.push(wrong('processed', `${state} in S-360, but not marked processed (${push.exportKey})`));
    }
    if (held === null) {
      if (injected) findings.push(wrong('privilege', 'was injected, but missing in TIXNGO'));
      if (findings.length === 0) this.apart.add(`card, ${state}, never in TIXNGO`);
    } else if (held.status !== 'DELETED' && held.status !== 'DELETION_PENDING') {
      findings.push(wrong('status', `${state} in S-360, but ${held.status} in TIXNGO`));
    } else {
      findings.push(...compareDeletion(card.row, held.deletion, this.rules, push.settings));
    }
    for (const finding of findings) this.differ(id, finding);
    if (findings.length > 0 || held === null) return;
    this.counts[held.status === 'DELETED' ? 'deleted' : 'waitingForPhone'] += 1;
    const { definitionId } = expectedPrivilege(card.row, this.rules, this.privileges);
    if (definitionId !== null) this.comparedDefinitions.add(definitionId);
  }

  private differ(ticketId: string, { field, what }: Finding): void {
    this.differences.add({ ticketId, field, what });
  }
}

/** Once of the card and of its deletion; a TIXNGO that tells of every write tells of the gate and of each added ticket too. */
function timesTold({ deletion, controlledAt, ticketIds }: TixngoPrivilege): number {
  return 1 + (deletion === null ? 0 : 1) + (controlledAt === null ? 0 : 1) + ticketIds.length;
}

/** Values of a person are not shown. */
function compareFields(expected: ExpectedPrivilege, held: TixngoPrivilege): Finding[] {
  const findings: Finding[] = [];
  if (held.definitionId !== expected.definitionId) {
    findings.push(
      wrong('definitionId', `${expected.definitionId ?? 'nothing'} in S-360, ${held.definitionId} in TIXNGO`),
    );
  }
  // What is used is nobody's to change.
  if (held.status === 'ACTIVE' && held.ownerEmail !== expected.ownerEmail) {
    findings.push(wrong('ownerEmail', 'not the same in both'));
  }
  if (held.barcodeHash !== expected.barcodeHash) findings.push(wrong('barcode', 'not the same in both'));
  const sorted = (ids: readonly string[]): string => [...ids].sort().join(', ');
  if (sorted(held.ticketIds) !== sorted(expected.ticketIds)) {
    const tickets = (ids: readonly string[]): string => (ids.length === 0 ? 'no tickets' : `tickets ${sorted(ids)}`);
    findings.push(wrong('ticketIds', `${tickets(expected.ticketIds)} in S-360, ${tickets(held.ticketIds)} in TIXNGO`));
  }
  return findings;
}

function momentOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
