import { z } from 'zod';
import { ACTIVATION_METHODS } from '../ticketUse.js';
import { CROWD_ACTS, type CrowdAct } from './crowd.js';

const text = z.string().nullable().default(null);

const holderSchema = z.strictObject({
  firstName: text,
  lastName: text,
  email: text,
  dateOfBirth: text,
  nationality: text,
  idCardNumber: text,
});

const known = z.string().nullish();
const allowed = z.boolean().nullish();

/** What TIXNGO learns of a recipient. */
export const recipientSchema = z.strictObject({
  email: z.string().min(1),
  title: known,
  firstName: known,
  lastName: known,
  gender: known,
  dateOfBirth: known,
  nationality: known,
  idCardNumber: known,
  phoneNumber: known,
  residenceCountry: known,
  language: known,
  organizerSpectatorPreference: z.strictObject({ allowPromoEmail: allowed, allowThirdPartyEmail: allowed }).nullish(),
});

/** The tickets of an act, or all of them: those with which it cannot be done are counted. */
const tickets = { ticketIds: z.array(z.string()).optional(), all: z.literal(true).optional() };

/** The body of each hook of one act. */
export const ACT_SCHEMAS = {
  assign: z.strictObject({
    ...tickets,
    holder: holderSchema.optional(),
    extraFields: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
  }),
  transfer: z.strictObject({ ...tickets, recipientEmails: z.array(z.string().min(1)).min(1).optional() }),
  accept: z.strictObject({ ...tickets, recipients: z.array(recipientSchema).optional() }),
  tickets: z.strictObject(tickets),
  activate: z.strictObject({ ...tickets, method: z.enum(ACTIVATION_METHODS) }),
};

const times = z.int().min(0).max(1_000_000).optional();

export const crowdSchema = z.strictObject({
  seed: z.int().default(1),
  ...(Object.fromEntries(CROWD_ACTS.map((name) => [name, times])) as Record<CrowdAct, typeof times>),
});
