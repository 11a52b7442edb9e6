import type { Operation } from '../operation.js';
import { applyPrivileges } from '../privileges/injectPrivileges.js';
import { judgePrivilege } from '../privileges/judgePrivilege.js';
import { jsonBody } from '../requests.js';
import { batchAnswer, itemsOf, refuseIfAnyIsBad } from './ticketBatch.js';

/**
 * Inject digital privileges, idempotent by privilege id: a known one keeps its status and gets the owner, the barcode and
 * the links that the call says. Its definition must be there; its tickets need not. Deletion, look-up and control of a
 * privilege are those of a ticket, with its id; nothing transfers it, and it is in no diff and no report.
 *
 * That cards are added as instances of a definition, are linked to any number of tickets and are not transferable is the
 * manual's (S-360 manual, 6. Digital Privileges Injection); path, body and results are this project's proposals.
 */
export const privilegeOperation: Operation = {
  name: 'privileges.inject',
  method: 'POST',
  path: '/privileges',
  batchField: 'privileges',
  handle: async (world, c) => {
    const judgements = itemsOf(world, await jsonBody(c), 'privilege').map((one) => judgePrivilege(world, one));
    refuseIfAnyIsBad(world, judgements, 'privilege');
    return c.json(batchAnswer(world, applyPrivileges(world, judgements)));
  },
};
