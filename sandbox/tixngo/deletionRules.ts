import type { FieldRule } from './fieldRules.js';

/**
 * One ticket of a deletion. PROPOSED: the manual says that a deletion carries a reason and, in v3, `showDeletedTicket`;
 * it publishes neither their form nor a length.
 */
export const DELETION_RULE: FieldRule = {
  kind: 'object',
  required: true,
  fields: {
    ticketId: { kind: 'text', required: true, max: 256 },
    deletionReason: { kind: 'text', required: true, max: 100 },
    showDeletedTicket: { kind: 'boolean' },
  },
};
