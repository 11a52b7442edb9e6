/** Calls are counted by service: S-360 limits each of its services on its own, all versions together. */
export const services = {
  auth: 'S-360 auth',
  dataExport: 'S-360 dataExportService',
  markPrinted: 'S-360 markPrinted',
  mobileTickets: 'S-360 mobileTickets',
  contacts: 'S-360 contactInformationPublicService',
  distributions: 'S-360 distributions',
  tixngo: 'TIXNGO',
} as const;
