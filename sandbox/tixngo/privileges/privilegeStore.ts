import { IdPages } from '../idPages.js';
import { phoneOf, type Phone } from '../phones.js';
import type { SpectatorPayload } from '../ticketPayload.js';
import type { Deletion } from '../ticketStore.js';
import type { PrivilegeStatus } from './privilegeStatuses.js';

/** What an injection says of a privilege. */
export interface PrivilegeData {
  readonly definitionId: string;
  /** Whose wallet it belongs to, for as long as no injection says another. */
  readonly owner: SpectatorPayload;
  readonly barcode: string | null;
  /** The tickets that belong to it, whether TIXNGO has them or not: a link holds as soon as its ticket arrives. */
  readonly ticketIds: readonly string[];
}

/** One privilege as TIXNGO holds it. */
export interface PrivilegeRecord extends PrivilegeData {
  readonly privilegeId: string;
  readonly status: PrivilegeStatus;
  /** When a gate has taken it, as it came; null when none has, also of one that was used in the app. */
  readonly controlledAt: string | null;
  readonly deletion: Deletion | null;
  /** Messages sent to people about it. */
  readonly notifications: number;
  /** Last change of anything above but the notifications; ISO 8601 in UTC. */
  readonly updatedAt: string;
}

/** All privileges, by id and by owner. Records are replaced, never changed in place. */
export class PrivilegeStore {
  readonly #byId = new Map<string, PrivilegeRecord>();
  readonly #idsByOwner = new Map<Phone, Set<string>>();
  readonly #pages = new IdPages(() => this.#byId.keys());

  get size(): number {
    return this.#byId.size;
  }

  get(privilegeId: string): PrivilegeRecord | undefined {
    return this.#byId.get(privilegeId);
  }

  ids(): IterableIterator<string> {
    return this.#byId.keys();
  }

  /** Adds a privilege or replaces the record with its id. */
  save(privilege: PrivilegeRecord): void {
    const { privilegeId } = privilege;
    const previous = this.#byId.get(privilegeId);
    this.#byId.set(privilegeId, privilege);
    if (previous === undefined) this.#pages.grown();
    const owner = phoneOf(privilege.owner.email);
    const previousOwner = previous && phoneOf(previous.owner.email);
    if (previousOwner === owner) return;
    if (previousOwner !== undefined) this.#idsByOwner.get(previousOwner)?.delete(privilegeId);
    const ids = this.#idsByOwner.get(owner);
    if (ids === undefined) this.#idsByOwner.set(owner, new Set([privilegeId]));
    else ids.add(privilegeId);
  }

  /** Privileges whose owner has this phone. */
  ofOwner(phone: Phone): PrivilegeRecord[] {
    return Array.from(this.#idsByOwner.get(phone) ?? [], (id) => this.#byId.get(id) as PrivilegeRecord);
  }

  /** Up to `limit` privileges after an id, in the order of ticket ids. */
  pageAfter(privilegeId: string | null, limit: number): PrivilegeRecord[] {
    return this.#pages.after(privilegeId, limit).map((id) => this.#byId.get(id) as PrivilegeRecord);
  }
}
