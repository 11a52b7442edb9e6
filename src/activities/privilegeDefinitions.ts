import type { KnownDefinitions, WrittenDefinitions } from '../domain/knownDefinitions.js';
import { definitionProblem } from '../domain/privilegeChecks.js';
import { mapDefinition, type PrivilegeSettings } from '../domain/privilegeMapping.js';
import type { S360Ticket } from '../domain/ticket.js';
import type { PrivilegeDefinition } from '../domain/tixngoPrivilege.js';
import { CallFailed } from '../http/callFailed.js';
import type { PrivilegeClient } from '../tixngo/privilegeClient.js';
import type { InjectionProblem, Write } from './injected.js';
import { sha256 } from './injectedTickets.js';

export interface DefinitionSettings extends PrivilegeSettings {
  readonly organizer: string;
  /** Whether a definition is checked before it is written. */
  readonly isChecked: boolean;
}

interface Wanted {
  readonly definition: PrivilegeDefinition;
  readonly fingerprint: string;
  /** S-360's `updated_at` of the card that tells it. */
  readonly record: string;
  /** TIXNGO has refused it, as it is. */
  readonly refused?: InjectionProblem | undefined;
}

/**
 * The definitions of one stretch: the product of a card becomes one in TIXNGO before its first card, and is written again only when it has
 * changed. What TIXNGO has taken is known by its fingerprint, from run to run.
 */
export class PrivilegeDefinitions {
  private readonly wanted = new Map<string, Wanted>();
  private readonly written = new Map<string, string>();
  private readonly writtenAgain = new Set<string>();

  /** Accepted so far. */
  writes = 0;

  constructor(
    private readonly tixngo: PrivilegeClient,
    private readonly settings: DefinitionSettings,
    private readonly known: KnownDefinitions,
  ) {}

  news(): WrittenDefinitions | undefined {
    const { organizer } = this.settings;
    return this.written.size === 0 ? undefined : { organizer, known: Object.fromEntries(this.written) };
  }

  /**
   * Writes the definitions that these cards need and that TIXNGO does not have as they are now.
   *
   * @returns the cards whose definition cannot be written, by S-360's ticket id
   */
  async prepare(sources: readonly S360Ticket[], write: Write): Promise<ReadonlyMap<string, InjectionProblem>> {
    const problems = new Map<string, InjectionProblem>();
    const needed = new Map<string, string[]>();
    for (const source of sources) {
      const noted = this.note(source);
      if (typeof noted !== 'string') problems.set(source.ticketId, noted);
      else needed.set(noted, [...(needed.get(noted) ?? []), source.ticketId]);
    }
    for (const [id, ticketIds] of needed) {
      const problem = await this.writeIfNew(id, write);
      if (problem !== null) for (const ticketId of ticketIds) problems.set(ticketId, problem);
    }
    return problems;
  }

  /**
   * Writes definitions once more that TIXNGO may have lost; each once in a stretch, so that cards which it refuses for another reason do not
   * write them for ever.
   *
   * @returns whether any was written
   */
  async writeLost(ids: ReadonlySet<string>, write: Write): Promise<boolean> {
    let any = false;
    for (const id of ids) {
      const wanted = this.wanted.get(id);
      if (wanted === undefined || this.writtenAgain.has(id)) continue;
      this.writtenAgain.add(id);
      if ((await this.write(wanted, write)) === null) any = true;
    }
    return any;
  }

  /** Cards of one product say the same of it; where they do not, the card whose record changed last is right. */
  private note(source: S360Ticket): string | InjectionProblem {
    const mapped = mapDefinition(source, this.settings);
    if ('problem' in mapped) return mapped.problem;
    const { definition } = mapped;
    const problem = this.settings.isChecked ? definitionProblem(definition) : null;
    if (problem !== null) return problem;
    const { definitionId } = definition;
    const record = source.updatedAt ?? '';
    const before = this.wanted.get(definitionId);
    if (before === undefined || record > before.record) {
      const fingerprint = sha256(JSON.stringify(definition));
      const refused = before?.fingerprint === fingerprint ? before.refused : undefined;
      this.wanted.set(definitionId, { definition, fingerprint, record, refused });
    }
    return definitionId;
  }

  private async writeIfNew(id: string, write: Write): Promise<InjectionProblem | null> {
    const wanted = this.wanted.get(id);
    if (wanted === undefined) return null;
    const held = this.written.get(id) ?? (Object.hasOwn(this.known, id) ? this.known[id] : undefined);
    if (held === wanted.fingerprint) return null;
    return wanted.refused ?? this.write(wanted, write);
  }

  private async write(wanted: Wanted, write: Write): Promise<InjectionProblem | null> {
    const { definition, fingerprint } = wanted;
    const { definitionId } = definition;
    try {
      await write(async () => {
        await this.tixngo.writeDefinition(definition);
        this.writes += 1;
      });
    } catch (error) {
      if (!(error instanceof CallFailed) || error.outcome !== 'splitPage') throw error;
      const refused = { code: 'DEFINITION_REFUSED', field: error.field };
      this.wanted.set(definitionId, { ...wanted, refused });
      return refused;
    }
    this.written.set(definitionId, fingerprint);
    return null;
  }
}
