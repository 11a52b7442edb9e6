import { isDeepStrictEqual } from 'node:util';

/** What a privilege is. */
export const DEFINITION_TYPES = ['MEMBERSHIP', 'SEASON_CARD'] as const;

/** What all privileges of one product have in common. */
export interface PrivilegeDefinition {
  readonly definitionId: string;
  readonly type: (typeof DEFINITION_TYPES)[number];
  readonly name: string;
  readonly imageUrl: string | null;
  /** As they came. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
}

/** One definition as TIXNGO holds it. */
export interface DefinitionRecord extends PrivilegeDefinition {
  /** Accepted writes, those that changed nothing included. */
  readonly writes: number;
}

/** What a write did to a definition. */
export type DefinitionOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED';

/** All privilege definitions by id. */
export class PrivilegeDefinitions {
  readonly #byId = new Map<string, DefinitionRecord>();

  has(definitionId: string): boolean {
    return this.#byId.has(definitionId);
  }

  all(): DefinitionRecord[] {
    return [...this.#byId.values()];
  }

  write(definition: PrivilegeDefinition): DefinitionOutcome {
    const known = this.#byId.get(definition.definitionId);
    const writes = known?.writes ?? 0;
    this.#byId.set(definition.definitionId, { ...definition, writes: writes + 1 });
    if (known === undefined) return 'CREATED';
    return isDeepStrictEqual(known, { ...definition, writes }) ? 'UNCHANGED' : 'UPDATED';
  }

  /** @returns false when there is none */
  forget(definitionId: string): boolean {
    return this.#byId.delete(definitionId);
  }
}
