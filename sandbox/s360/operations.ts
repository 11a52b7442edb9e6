import {
  createCulturalContact,
  searchContactsByEmail,
  updateTemporaryContacts,
} from './contacts/contactInformationService.js';
import { DataExportService } from './dataExportService.js';
import { recordDistributions } from './distributions/distributionService.js';
import { success, type Outcome } from './envelope.js';
import { markPrinted } from './markPrinted.js';
import { readMobileTickets, storeMobileTickets } from './mobileTickets/mobileTicketService.js';
import type { S360State } from './state.js';

/** One call that S-360 answers, and that a rate limit, a token and a fault plan apply to. */
export interface VendorOperation {
  readonly path: string;
  /** The rate limit counts all methods of a service together. */
  readonly service: string;
  readonly method: string;
  /** The list of its request of which a fault may apply a part; absent for what writes no batch. */
  readonly batchField?: string;
  /** @param body checked against the OpenAPI document */
  readonly run: (body: never) => Outcome;
}

const EXPORT = '/tnai/backend-apis/dataExportService/v1_0';
const CONTACTS = '/tnco/backend-apis/contactInformationPublicService/v2_21';

/** The path of authentication, the one call that needs no token. */
export const AUTH_PATH = '/tnai/backend-apis/v1/auth';

/** Every operation that needs a token. All but those marked PROPOSED are CONFIRMED by the vendor's pages. */
export function vendorOperations(state: S360State): readonly VendorOperation[] {
  const exports = new DataExportService(state);
  const ofExport = (
    method: string,
    run: (body: never) => Outcome,
    more: Partial<VendorOperation> = {},
  ): VendorOperation => ({
    path: `${EXPORT}/${method}`,
    service: 'dataExportService',
    method,
    run,
    ...more,
  });
  return [
    ofExport('executeExport', (body) => exports.executeExport(body)),
    ofExport('flagItems', (body) => exports.flagItems(body), { batchField: 'elementIds' }),
    ofExport('unFlagItems', (body) => exports.unFlagItems(body), { batchField: 'elementIds' }),
    ofExport('getFlaggingStatus', (body) => exports.getFlaggingStatus(body)),
    ofExport('getAvailableExports', () => exports.getAvailableExports()),
    {
      path: '/tnseb/backend-apis/catalogService/v1_33/isCatalogServiceAlive',
      service: 'catalogService',
      method: 'isCatalogServiceAlive',
      run: () => success({ alive: true }),
    },
    {
      path: `${CONTACTS}/createCulturalContact`,
      service: 'contactInformationPublicService',
      method: 'createCulturalContact',
      batchField: 'contactDataList',
      run: (body) => createCulturalContact(state, body),
    },
    // PROPOSED: that contacts can be searched by e-mail is on the vendor's page, how the method is called is not.
    {
      path: `${CONTACTS}/searchContactsByEmail`,
      service: 'contactInformationPublicService',
      method: 'searchContactsByEmail',
      run: (body) => searchContactsByEmail(state, body),
    },
    // PROPOSED, all that follow
    {
      path: '/sandbox/s360/contacts/update-temporary',
      service: 'contactInformationPublicService',
      method: 'updateTemporaryContacts',
      batchField: 'contacts',
      run: (body) => updateTemporaryContacts(state, body),
    },
    {
      path: '/sandbox/s360/mobile-tickets/read',
      service: 'mobileTickets',
      method: 'read',
      run: (body) => readMobileTickets(state, body),
    },
    {
      path: '/sandbox/s360/mobile-tickets/store',
      service: 'mobileTickets',
      method: 'store',
      batchField: 'entries',
      run: (body) => storeMobileTickets(state, body),
    },
    {
      path: '/sandbox/s360/distributions/record',
      service: 'distributions',
      method: 'record',
      batchField: 'lines',
      run: (body) => recordDistributions(state, body),
    },
    {
      path: '/sandbox/s360/mark-printed',
      service: 'markPrinted',
      method: 'markPrinted',
      batchField: 'ticketIds',
      run: (body) => markPrinted(state, body),
    },
  ];
}
