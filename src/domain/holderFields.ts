import type { TicketHolder } from './ticket.js';

/**
 * «Mandatory ticket holder fields»: only tickets whose beneficiary has all the listed values are sent; the others wait and are
 * taken by a later execution. Source: S-360 manual, «1. Ticket injection», parameters of the schedule.
 */
export const holderFieldNames = [
  'FIRSTNAME',
  'LASTNAME',
  'BIRTHDATE',
  'ID_NUMBER',
  'COUNTRY_CODE',
  'BIRTH_REGION',
  'BIRTH_PLACE',
] as const;

export type HolderFieldName = (typeof holderFieldNames)[number];

const valueOf: Record<HolderFieldName, (holder: TicketHolder) => string | null> = {
  FIRSTNAME: (holder) => holder.firstName,
  LASTNAME: (holder) => holder.lastName,
  BIRTHDATE: (holder) => holder.birthDate,
  ID_NUMBER: (holder) => holder.idNumber,
  COUNTRY_CODE: (holder) => holder.countryCode,
  BIRTH_REGION: (holder) => holder.birthRegion,
  BIRTH_PLACE: (holder) => holder.birthPlace,
};

export function isHolderComplete(holder: TicketHolder, mandatory: readonly HolderFieldName[]): boolean {
  return mandatory.every((field) => (valueOf[field](holder) ?? '').trim() !== '');
}
