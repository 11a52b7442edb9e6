import { isCard } from './cards.js';
import { expectedTicket, textOf } from './expectedTicket.js';
import type { ComparerRules, PrivilegeRules } from './rules.js';
import type { S360Record } from './sandboxTickets.js';
import { withTemplate } from './templateValues.js';

type Row = S360Record['row'];

const filterColumns: Readonly<Record<string, string>> = {
  salesChannel: 'sales_channel_code',
  season: 'season_code',
  productFamily: 'product_family',
  product: 'product_code',
  activity: 'activity_code',
  performance: 'performance_id',
  tariff: 'tariff_code',
  category: 'seat_category_code',
};

const holderColumns: Readonly<Record<string, string>> = {
  FIRSTNAME: 'holder_first_name',
  LASTNAME: 'holder_last_name',
  BIRTHDATE: 'holder_birth_date',
  ID_NUMBER: 'holder_id_number',
  COUNTRY_CODE: 'holder_country_code',
  BIRTH_REGION: 'holder_birth_region',
  BIRTH_PLACE: 'holder_birth_place',
};

/** Why a NOT_PRINTED ticket is rightly not in TIXNGO; null if it should be there. */
export function reasonToWait(row: Row, rules: ComparerRules): string | null {
  if (isCard(row)) return 'card (digital privileges are not configured)';
  const reason = reasonNotSelected(row, rules.injection, rules.skipped);
  if (reason !== null) return reason;
  const field = fieldToRefuse(row, rules);
  return field === null ? null : `data that TIXNGO must refuse: ${field}`;
}

/** What the two functions that inject have in common: whose rows are theirs. */
export function reasonNotSelected(
  row: Row,
  injecting: ComparerRules['injection'] | PrivilegeRules['settings'],
  skippedTickets: ReadonlySet<string>,
): string | null {
  if (!injecting.shipmentModes.includes(textOf(row, 'shipment_mode_type') ?? '')) return 'other shipment mode';
  if (row['ticket_model_blockchain'] !== true) return 'ticket model without blockchain';
  if (injecting.fileNumber !== undefined) {
    if (textOf(row, 'file_id') !== injecting.fileNumber) return 'outside the filters';
  } else {
    for (const [filter, codes] of Object.entries<readonly string[]>(injecting.filters)) {
      const code = textOf(row, filterColumns[filter] ?? '');
      if (code === null || !codes.includes(code)) return 'outside the filters';
    }
  }
  const [id, number] = [textOf(row, 'ticket_id') ?? '', textOf(row, 'tax_number') ?? ''];
  if (skippedTickets.has(`id:${id}`) || (number !== '' && skippedTickets.has(number))) return 'on the skip list';
  if (injecting.mandatoryTicketHolderFields.some((field) => textOf(row, holderColumns[field] ?? '') === null)) {
    return 'ticket holder incomplete';
  }
  return null;
}

export interface Limit {
  readonly max?: number;
  readonly required?: true;
  readonly form?: RegExp;
}

const required = true;
export const limits: Readonly<Record<string, Limit>> = {
  ticketId: { required, max: 256, form: /^[\w *.\-+/()]+$/ },
  'event.id': { required, max: 256 },
  'event.name': { required, max: 128 },
  'event.address.site': { required, max: 200 },
  'event.address.city': { required, max: 200 },
  'event.address.countryCode': { required, max: 200 },
  'event.address.zip': { required, max: 200 },
  'event.address.line1': { max: 200 },
  'event.address.line2': { max: 200 },
  'event.address.line3': { max: 200 },
  'event.website': { max: 128 },
  'event.group.name': { max: 128 },
  'event.group.image': { max: 256 },
  'activationParameters.method': { required, form: /^(online|offline)$/ },
  'activationParameters.groupId': { max: 50 },
  'activationParameters.instanceId': { max: 128 },
  'activationParameters.time': { form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
  'spectatorDetails.email': { required, max: 256, form: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ },
  'spectatorDetails.firstName': { max: 50 },
  'spectatorDetails.lastName': { max: 100 },
  'spectatorDetails.gender': { form: /^[MFUX]$/ },
  'purchaseDetails.currency': { max: 20 },
  'purchaseDetails.category': { max: 512 },
  'purchaseDetails.taxNumber': { max: 256 },
  'purchaseDetails.fileId': { max: 256 },
  'security.barcode': { required, max: 512 },
  sortingKey: { max: 256 },
  ticketImageUrl: { max: 256 },
  'transferRules.allowReturnToOrganizer': { form: /^(true|false)$/ },
  'transferRules.allowReturnToOrganizerForInitialSpectator': { form: /^(true|false)$/ },
  'transferRules.isAllowed': { form: /^(true|false)$/ },
  'transferRules.maximumTransfers': { form: /^-?\d+$/ },
  'transferRules.s360ExchangeForAnySpectator': { form: /^(true|false)$/ },
  'transferRules.s360ExchangeForInitialSpectator': { form: /^(true|false)$/ },
};

export function isBeyond(value: string | null, { max, required: must, form }: Limit): boolean {
  if (value === null) return must === true;
  return (max !== undefined && [...value].length > max) || form?.test(value) === false;
}

function fieldToRefuse(row: Row, rules: ComparerRules): string | null {
  const expected = expectedTicket(row, rules);
  const values = withTemplate(expected.texts, row, rules);
  for (const [path, limit] of Object.entries(limits)) if (isBeyond(values.get(path) ?? null, limit)) return path;
  if (rules.settings.contingentMandatory && (values.get('purchaseDetails.contingent') ?? null) === null) {
    return 'purchaseDetails.contingent';
  }
  if (typeof expected.start === 'string') return 'event.startTime';
  if (typeof expected.expiration === 'string') return 'event.expirationDate';
  return expected.activation === 'unreadable' ? 'activationParameters.time' : null;
}
