import { parseConfiguration } from '../../src/config/load.js';
import type { Configuration } from '../../src/config/schema.js';

/** Parsed JSON, of which a test changes what it is about. */
export type Json = ReturnType<typeof JSON.parse>;

/** A configuration in which every field of the schema is given. */
export function fullConfiguration(): Json {
  return {
    $schema: './interface.schema.json',
    writeTimeoutSeconds: 10,
    pauseWhenStateIsNew: false,
    uploadDirectory: '/var/lib/s360-tixngo/uploads',
    email: { smtpUrlVariable: 'SMTP_URL', from: 'S-360 TIXNGO <tickets@example.org>' },
    institutions: [
      {
        code: 'DEMO',
        timeZone: 'Europe/Zurich',
        s360: {
          url: 'http://127.0.0.1:8360',
          operator: 'DEMO_TIXNGO',
          partner: 's360-tixngo-interface',
          secretVariable: 'S360_SECRET',
          callsPerMinute: 60,
          contactsPerCall: 100,
          exportKeys: {
            ticketsExternalPrinting: 'TIXNGO_INJECTION',
            pushCancelled: 'TIXNGO_CANCELLED',
            pushControlled: 'TIXNGO_CONTROLLED',
            digitalPrivilegesInjection: 'TIXNGO_PRIVILEGES',
          },
          operations: {
            authenticate: '/tnai/backend-apis/v1/auth',
            executeExport: '/tnai/backend-apis/dataExportService/v1_0/executeExport',
            flagItems: '/tnai/backend-apis/dataExportService/v1_0/flagItems',
            getFlaggingStatus: '/tnai/backend-apis/dataExportService/v1_0/getFlaggingStatus',
            markPrinted: '/sandbox/s360/mark-printed',
            readMobileTickets: '/sandbox/s360/mobile-tickets/read',
            storeMobileTickets: '/sandbox/s360/mobile-tickets/store',
            recordDistributions: '/sandbox/s360/distributions/record',
            searchContactsByEmail: '/tnco/backend-apis/contactInformationPublicService/v2_21/searchContactsByEmail',
            createCulturalContact: '/tnco/backend-apis/contactInformationPublicService/v2_21/createCulturalContact',
            updateTemporaryContacts: '/sandbox/s360/contacts/update-temporary',
          },
        },
        organizations: [
          {
            code: 'FCDEMO',
            inventoryOwner: 'FCDEMO',
            interfaces: [
              {
                internalName: 'TIXNGO',
                type: 'TIXNGO_WITH_TICKET_TEMPLATE',
                url: 'http://127.0.0.1:8361/v3/organizer/tickets',
                organizer: 'demo-organizer',
                mobileAppId: 'demo-app',
                login: 'admin@example.org',
                apiKeyVariable: 'TIXNGO_API_KEY',
                apiKeyHeader: 'x-api-key',
                emailRecipients: ['ticketing@example.org'],
                emailOnWarning: false,
                callsPerMinute: null,
                maxTicketsPerCall: 1000,
                activationMethod: 'offline',
                contingentMandatory: false,
                ticketIdentifier: 'ticketId',
                spectator: 'ticketHolder',
                comfortOffsetAnchor: 'start',
                lookup: 'ids',
                whenInDoubt: 'hold',
                operations: {
                  injectTickets: '/organizer/tickets',
                  lookupTickets: '/organizer/tickets/lookup',
                  eventReport: '/organizer/report/events/{eventId}/tickets',
                  deleteTickets: '/organizer/tickets/delete',
                  ticketDiff: '/organizer/tickets/diff',
                  controlTickets: '/organizer/tickets/control',
                  writePrivilegeDefinition: '/organizer/privilege-definitions/{definitionId}',
                  injectPrivileges: '/organizer/privileges',
                },
                customParameters: {
                  ticketIterationSize: 100,
                  enforceMandatoryParameters: true,
                  addChargesToPrice: true,
                  overrideVisibilityFlagForInvalidationReasons: ['RESOLD'],
                  visibilityFlagDefaultValue: false,
                  doContinueInCaseOfSyncError: true,
                  enableTicketDistributionToCulturalContact: true,
                  stickToTheHour: true,
                },
                ticketTemplates: {
                  standard: {
                    fields: { 'event.name': '${Performance_hostTeam} - ${Performance_opposingTeam}' },
                    eventMetadata: { RESALE_TICKETSHOP_URL: 'https://shop.example.org/' },
                    ticketDetails: {
                      main: [{ key: 'Gate', value: '${Seat_gate}' }],
                      extra: [{ key: 'Block', value: '${Seat_block}' }],
                      hidden: [{ key: 'File', value: '${File_id}' }],
                    },
                  },
                },
                eventCalendar: [
                  { name: 'Final', from: '2027-05-01T16:00:00+02:00', until: '2027-05-01T22:30:00+02:00' },
                ],
                functions: [
                  {
                    function: 'ticketsExternalPrinting',
                    internalName: 'Ticket injection',
                    launch: 'automatic',
                    frequencyMinutes: 5,
                    start: '2027-01-01T00:00:00+01:00',
                    end: '2027-12-31T00:00:00+01:00',
                    batchSize: 1000,
                    maxTicketsPerRun: 50000,
                    pointOfSales: 'TIXNGO;MOBILE',
                    shipmentModes: ['BLOCKCHAIN'],
                    filters: {
                      salesChannel: 'WEB',
                      season: ['2026', '2027'],
                      productFamily: 'F',
                      product: 'P',
                      activity: 'A',
                      performance: '4711',
                      tariff: 'T',
                      category: 'C1',
                    },
                    fileNumber: '4711001',
                    mandatoryTicketHolderFields: ['FIRSTNAME', 'LASTNAME'],
                    skipTickets: 'TN1,id:10228305000005',
                    mainApplicant: true,
                    barcodeFormat: { prefix: 'A', suffix: 'Z' },
                    ticketTemplate: 'standard',
                  },
                  {
                    function: 'pushCancelled',
                    internalName: 'Push cancelled',
                    launch: 'automatic',
                    frequencyMinutes: 5,
                    start: '2027-01-01T00:00:00+01:00',
                    end: '2027-12-31T00:00:00+01:00',
                    batchSize: 1000,
                    maxTicketsPerRun: 50000,
                    shipmentModes: ['BLOCKCHAIN'],
                    skipTickets: 'TN1,id:10228305000005',
                    notifySpectator: true,
                    deletionReasons: { REPRINT: 'REPRINTED' },
                    deletionFirstPauseSeconds: 60,
                    deletionDeadlineDays: 30,
                  },
                  {
                    function: 'retrieveTicketStatus',
                    internalName: 'Retrieve ticket status',
                    launch: 'automatic',
                    frequencyMinutes: 5,
                    start: '2027-01-01T00:00:00+01:00',
                    end: '2027-12-31T00:00:00+01:00',
                    batchSize: 1000,
                    maxTicketsPerRun: 50000,
                    skipTickets: 'TN1,id:10228305000005',
                  },
                  {
                    function: 'pushControlled',
                    internalName: 'Push controlled',
                    launch: 'automatic',
                    frequencyMinutes: 5,
                    start: '2027-01-01T00:00:00+01:00',
                    end: '2027-12-31T00:00:00+01:00',
                    batchSize: 10000,
                    maxTicketsPerRun: 50000,
                    shipmentModes: ['BLOCKCHAIN'],
                    skipTickets: 'TN1,id:10228305000005',
                    callsAtOnce: 4,
                    eventDay: { frequencyMinutes: 1, batchSize: 10000 },
                  },
                  {
                    function: 'digitalPrivilegesInjection',
                    internalName: 'Digital privileges',
                    launch: 'automatic',
                    frequencyMinutes: 5,
                    start: '2027-01-01T00:00:00+01:00',
                    end: '2027-12-31T00:00:00+01:00',
                    batchSize: 1000,
                    maxTicketsPerRun: 50000,
                    pointOfSales: 'TIXNGO;MOBILE',
                    shipmentModes: ['BLOCKCHAIN'],
                    filters: {
                      salesChannel: 'WEB',
                      season: ['2026', '2027'],
                      productFamily: 'F',
                      product: 'P',
                      activity: 'A',
                      performance: '4711',
                      tariff: 'T',
                      category: 'C1',
                    },
                    fileNumber: '4711001',
                    mandatoryTicketHolderFields: ['FIRSTNAME', 'LASTNAME'],
                    skipTickets: 'TN1,id:10228305000005',
                    barcodeFormat: { prefix: 'A', suffix: 'Z' },
                    privilegeImages: { CARD: 'https://images.example.org/card.png' },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
}

/** Where a field stands in `fullConfiguration`, such as `institutions[0].s360.url`; names with dots are quoted in brackets. */
export function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
    index === undefined ? (quoted ?? name ?? '') : Number(index),
  );
}

/** The full configuration with another value at one place; `undefined` takes it away. */
export function changed(path: string, value: unknown): Json {
  const whole = fullConfiguration();
  const steps = stepsOf(path);
  const last = steps.pop()!;
  let at: Json = whole;
  for (const step of steps) at = at[step];
  if (value === undefined) delete at[last];
  else at[last] = value;
  return whole;
}

export function read(json: Json, environment: NodeJS.ProcessEnv = {}): Configuration {
  return parseConfiguration(JSON.stringify(json), 'interface.json', environment);
}

/** The lines that say what is wrong, each `path: sentence`; none if the configuration fits. */
export function problems(json: Json, environment: NodeJS.ProcessEnv = {}): string[] {
  try {
    read(json, environment);
    return [];
  } catch (error) {
    const [head, ...lines] = (error as Error).message.split('\n');
    return lines.length === 0 ? [head!] : lines.map((line) => line.trim());
  }
}
