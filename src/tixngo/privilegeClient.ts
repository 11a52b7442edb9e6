import type { PrivilegeDefinition, TixngoPrivilege } from '../domain/tixngoPrivilege.js';
import type { InjectionOutcome } from './client.js';
import { refusedBy, TixngoConnection, type TixngoSession } from './connection.js';
import { definitionAnswerSchema, privilegeBatchAnswerSchema } from './schemas.js';

const acceptedOutcomes: ReadonlySet<string> = new Set(['CREATED', 'UPDATED', 'UNCHANGED']);

/** Digital privileges in TIXNGO: their definitions, and the cards. Neither call is published: both are our own proposal. */
export class PrivilegeClient {
  private readonly connection: TixngoConnection;

  constructor(private readonly session: TixngoSession) {
    this.connection = new TixngoConnection(session);
  }

  /**
   * Writes a definition: an upsert by its id, which nobody is told of.
   *
   * @throws CallFailed with outcome `splitPage` if TIXNGO refuses it
   */
  async writeDefinition({ definitionId, ...body }: PrivilegeDefinition): Promise<void> {
    const options = { pathValues: { definitionId }, body, timeoutMs: this.session.writeTimeoutMs };
    await this.connection.call('writePrivilegeDefinition', 'PUT', options, definitionAnswerSchema);
  }

  /**
   * Injects privileges: an upsert by privilege id that announces new ones to their owners. The outcomes have it as ticket id, since tickets and
   * privileges share their ids.
   *
   * @throws CallFailed with outcome `splitPage` if the whole call was refused without a word per privilege
   */
  async injectPrivileges(privileges: readonly TixngoPrivilege[]): Promise<InjectionOutcome[]> {
    const options = { body: { privileges }, timeoutMs: this.session.writeTimeoutMs };
    const answer = await this.connection.call('injectPrivileges', 'POST', options, privilegeBatchAnswerSchema);
    const results = answer?.results ?? null;
    const byId = new Map(results?.map((result) => [result.privilegeId, result]));
    return privileges.map(({ privilegeId: ticketId }): InjectionOutcome => {
      // Without results per privilege, a success accepts all.
      if (results === null) return { ticketId, kind: 'accepted' };
      const result = byId.get(ticketId);
      if (result?.outcome === 'REJECTED') return refusedBy(ticketId, result);
      // A word that we do not know is no promise: the look-up tells whether the privilege is there.
      return { ticketId, kind: acceptedOutcomes.has(result?.outcome ?? '') ? 'accepted' : 'unknown' };
    });
  }
}
