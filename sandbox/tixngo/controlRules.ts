import type { FieldRule } from './fieldRules.js';

/** One ticket of a control. PROPOSED: the manual says that a control reaches TIXNGO and publishes no form of it. */
export const CONTROL_RULE: FieldRule = {
  kind: 'object',
  required: true,
  fields: {
    ticketId: { kind: 'text', required: true, max: 256 },
    controlledAt: { kind: 'dateTime', required: true },
  },
};
