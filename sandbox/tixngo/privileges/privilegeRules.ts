import { isDate, isDateTimeWithOffset } from '../dateFormats.js';
import type { FieldRule } from '../fieldRules.js';
import { pairs, SPECTATOR_RULE, TICKET_ID_FORM } from '../injectionRules.js';
import { DEFINITION_TYPES } from './privilegeDefinitions.js';

const id: FieldRule = { kind: 'text', required: true, max: 256, form: TICKET_ID_FORM };

/** One of `privileges[]`. PROPOSED: the manual publishes neither path nor body. */
export const PRIVILEGE_RULE = {
  kind: 'object',
  required: true,
  fields: {
    privilegeId: id,
    definitionId: { kind: 'text', required: true, max: 256 },
    spectatorDetails: {
      kind: 'object',
      required: true,
      fields: {
        email: SPECTATOR_RULE.fields.email,
        firstName: SPECTATOR_RULE.fields.firstName,
        lastName: SPECTATOR_RULE.fields.lastName,
        gender: SPECTATOR_RULE.fields.gender,
      },
    },
    barcode: { kind: 'text', max: 512 },
    ticketIds: { kind: 'list', required: true, items: id },
  },
} as const satisfies FieldRule;

const day: FieldRule = {
  kind: 'text',
  check: (value) =>
    isDate(value) || isDateTimeWithOffset(value) ? null : 'must be a date, or a date-time with an offset',
};

/** The body of a definition. PROPOSED, as above; the types are those of the manual's vocabulary. */
export const DEFINITION_RULE: FieldRule = {
  kind: 'object',
  required: true,
  fields: {
    type: { kind: 'oneOf', required: true, values: DEFINITION_TYPES },
    name: { kind: 'text', required: true, max: 256 },
    imageUrl: { kind: 'text', max: 256 },
    validFrom: day,
    validTo: day,
    metadata: pairs({ kind: 'text' }),
  },
};
