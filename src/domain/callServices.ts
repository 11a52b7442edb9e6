import type { SystemName } from './outcomes.js';

/** Calls are counted by service: S-360 limits each of its services on its own, all versions together. */
export type ServiceName = `${SystemName} ${string}`;

export const services = {
  auth: 'S-360 auth',
  dataExport: 'S-360 dataExportService',
  markPrinted: 'S-360 markPrinted',
  tixngo: 'TIXNGO',
} as const;
