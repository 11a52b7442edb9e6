/** What TIXNGO must hold of a card, worked out from the row alone. Written a second time on purpose, like `expectedTicket.ts`. */
import { createHash } from 'node:crypto';

import { DateTime } from 'luxon';

import { expectedTicket, textOf } from './expectedTicket.js';
import { isBeyond, limits, reasonNotSelected, type Limit } from './reasonToWait.js';
import type { ComparerRules, PrivilegeRules } from './rules.js';
import type { S360Record } from './sandboxTickets.js';

type Row = S360Record['row'];

export interface ExpectedPrivilege {
  readonly definitionId: string | null;
  readonly ownerEmail: string | null;
  readonly ticketIds: readonly string[];
  readonly barcodeHash: string | null;
  readonly definition: {
    readonly type: string;
    readonly name: string | null;
    readonly imageUrl: string | null;
    /** Milliseconds; NaN if S-360's cannot be read. */
    readonly validFrom: number | null;
    readonly validTo: number | null;
  };
}

export function expectedPrivilege(row: Row, rules: ComparerRules, privileges: PrivilegeRules): ExpectedPrivilege {
  const { barcodeFormat, privilegeImages } = privileges.settings;
  const { texts } = expectedTicket(row, { ...rules, injection: { ...rules.injection, barcodeFormat } });
  const barcode = texts.get('security.barcode') ?? null;
  const code = textOf(row, 'product_code');
  const moment = (...columns: string[]): number | null => {
    const text = columns.map((column) => textOf(row, column)).find((value) => value !== null) ?? null;
    return text === null
      ? null
      : DateTime.fromSQL(text, { zone: textOf(row, 'time_zone') ?? privileges.timeZone }).toMillis();
  };
  return {
    definitionId: code,
    ownerEmail: texts.get('spectatorDetails.email') ?? null,
    ticketIds: (textOf(row, 'linked_ticket_ids') ?? '').split(',').filter((id) => id !== ''),
    barcodeHash: barcode === null ? null : createHash('sha256').update(barcode).digest('hex'),
    definition: {
      type: row['product_kind'] === 'MEMBERSHIP_CARD' ? 'MEMBERSHIP' : 'SEASON_CARD',
      name: textOf(row, 'product_name') ?? code,
      imageUrl: privilegeImages[code ?? ''] ?? null,
      validFrom: moment('validity_start', 'season_start'),
      validTo: moment('validity_end', 'season_end'),
    },
  };
}

const ownLimits: Readonly<Record<string, Limit>> = {
  definitionId: { required: true, max: 256 },
  'definition.name': { required: true, max: 128 },
  barcode: { max: 512 },
};
const sharedLimits = ['ticketId', 'spectatorDetails.email', 'spectatorDetails.firstName', 'spectatorDetails.lastName'];

/** Why a NOT_PRINTED card is rightly no privilege; null if it should be one. */
export function reasonForCardToWait(row: Row, rules: ComparerRules, privileges: PrivilegeRules): string | null {
  const reason = reasonNotSelected(row, privileges.settings, privileges.skipped);
  if (reason !== null) return `card, ${reason}`;
  const { definition, definitionId } = expectedPrivilege(row, rules, privileges);
  const { barcodeFormat } = privileges.settings;
  const { texts } = expectedTicket(row, { ...rules, injection: { ...rules.injection, barcodeFormat } });
  const values: readonly (readonly [string, string | null, Limit | undefined])[] = [
    ...sharedLimits.map((path) => [path, texts.get(path) ?? null, limits[path]] as const),
    ['definitionId', definitionId, ownLimits['definitionId']],
    ['definition.name', definition.name, ownLimits['definition.name']],
    ['barcode', texts.get('security.barcode') ?? null, ownLimits['barcode']],
  ];
  const refused = values.find(([, value, limit]) => limit !== undefined && isBeyond(value, limit));
  if (refused !== undefined) return `card, data that TIXNGO must refuse: ${refused[0]}`;
  const unreadable = Number.isNaN(definition.validFrom) || Number.isNaN(definition.validTo);
  return unreadable ? 'card, data that TIXNGO must refuse: validity' : null;
}
