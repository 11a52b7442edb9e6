import { z } from 'zod';

import { templateFields, templateVariables, unknownVariables } from '../domain/ticketTemplate.js';
import {
  callsPerMinute,
  code,
  codePattern,
  dateTime,
  httpUrl,
  label,
  path,
  sender,
  timeZone,
  trueOrFalse,
  variableName,
  wholeNumber,
} from './fields.js';
import { anyFunction } from './functionSchemas.js';

/**
 * The interface configuration: one file, checked as a whole before anything starts. Keys and secrets never stand in it, only the
 * names of the environment variables that hold them. Fields and their meaning: docs/configuration.md.
 * Source: S-360 manual, «0. Initial setup of the interface», «1. Ticket injection» (schedule), «5. Custom Parameters».
 */
const templateText = z.string('expected a text').superRefine((text, context) => {
  for (const name of unknownVariables(text)) {
    context.addIssue({
      code: 'custom',
      message: `unknown variable \${${name}}; expected one of ${Object.keys(templateVariables).join(', ')}`,
    });
  }
});

const templateDetail = z.strictObject({
  key: label,
  value: templateText,
});

const ticketTemplate = z.strictObject({
  fields: z
    .partialRecord(
      z.enum(Object.keys(templateFields) as [keyof typeof templateFields]),
      templateText,
      `expected fields that a template may overwrite: ${Object.keys(templateFields).join(', ')}`,
    )
    .default({}),
  eventMetadata: z.record(label, templateText).default({}),
  ticketDetails: z
    .strictObject({
      main: z.array(templateDetail).default([]),
      extra: z.array(templateDetail).default([]),
      hidden: z.array(templateDetail).default([]),
    })
    .prefault({}),
});

const expectedCause = 'expected a cancellation cause of S-360, such as "RESALE_PENDING"';
const cancellationCause = z.string(expectedCause).min(1, expectedCause);

const customParameters = z
  .strictObject(
    {
      ticketIterationSize: wholeNumber(1, 1_000).default(100),
      enforceMandatoryParameters: trueOrFalse.default(true),
      addChargesToPrice: trueOrFalse.default(true),
      overrideVisibilityFlagForInvalidationReasons: z
        .array(cancellationCause, 'expected a list of cancellation causes of S-360')
        .default([]),
      visibilityFlagDefaultValue: trueOrFalse.default(false),
      doContinueInCaseOfSyncError: trueOrFalse.default(true),
      enableTicketDistributionToCulturalContact: trueOrFalse.default(true),
      stickToTheHour: trueOrFalse.default(true),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? 'unknown custom parameter; this version knows ticketIterationSize, enforceMandatoryParameters, addChargesToPrice, overrideVisibilityFlagForInvalidationReasons, visibilityFlagDefaultValue, doContinueInCaseOfSyncError, enableTicketDistributionToCulturalContact, stickToTheHour'
          : 'expected custom parameters in braces { }, such as { "ticketIterationSize": 100 }',
    },
  )
  .prefault({});

/** The years that a schedule of Temporal can name. */
const scheduleYears = { first: 2000, last: 2100 } as const;

const scheduledTime = dateTime.refine(
  (text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= scheduleYears.first && year <= scheduleYears.last;
  },
  `expected a year from ${String(scheduleYears.first)} to ${String(scheduleYears.last)}`,
);

/** One event of the calendar: from when to when its gates are at work. */
const calendarEvent = z
  .strictObject({ name: label, from: scheduledTime, until: scheduledTime })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    error: 'expected an end that is later than the beginning',
  });

const interfaceSettings = z.strictObject({
  internalName: code('the internal name of the interface', 'TIXNGO'),
  type: z.enum(['TIXNGO', 'TIXNGO_WITH_TICKET_TEMPLATE'], 'expected "TIXNGO" or "TIXNGO_WITH_TICKET_TEMPLATE"'),
  url: httpUrl('https://api.tixngo.example/v3/organizer/tickets').refine(
    (url) => url.endsWith('/organizer/tickets'),
    'expected a URL that ends with /organizer/tickets, as TIXNGO gives it',
  ),
  organizer: code('the TIXNGO organizer', 'demo-organizer'),
  mobileAppId: code('the mobile app of the organizer', 'demo-app').optional(),
  login: z.string('expected the login, by convention the e-mail of the organizer ADMIN account').optional(),
  apiKeyVariable: variableName,
  apiKeyHeader: z
    .string('expected the name of an HTTP header')
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'expected the name of an HTTP header, such as "x-api-key"')
    .default('x-api-key'),
  emailRecipients: z.array(z.email('expected an e-mail address'), 'expected a list of e-mail addresses').default([]),
  emailOnWarning: trueOrFalse.default(false),
  callsPerMinute: callsPerMinute.default(null),
  maxTicketsPerCall: wholeNumber(1, 1_000).default(1_000),
  activationMethod: z.enum(['offline', 'online'], 'expected "offline" or "online"').default('offline'),
  contingentMandatory: trueOrFalse.default(false),
  ticketIdentifier: z.enum(['ticketId', 'taxNumber'], 'expected "ticketId" or "taxNumber"').default('ticketId'),
  spectator: z
    .enum(['ticketHolder', 'culturalContact'], 'expected "ticketHolder" or "culturalContact"')
    .default('ticketHolder'),
  privilegeDefinitionId: z
    .enum(['product', 'organizationAndProduct'], 'expected "product" or "organizationAndProduct"')
    .optional(),
  comfortOffsetAnchor: z.enum(['start', 'fieldDefault'], 'expected "start" or "fieldDefault"').default('start'),
  lookup: z.enum(['ids', 'eventReport', 'none'], 'expected "ids", "eventReport" or "none"').default('ids'),
  whenInDoubt: z.enum(['hold', 'resend'], 'expected "hold" or "resend"').default('hold'),
  operations: z
    .strictObject({
      injectTickets: path.nullable().default('/organizer/tickets'),
      lookupTickets: path.nullable().default('/organizer/tickets/lookup'),
      eventReport: path.nullable().default('/organizer/report/events/{eventId}/tickets'),
      deleteTickets: path.nullable().default('/organizer/tickets/delete'),
      ticketDiff: path.nullable().default('/organizer/tickets/diff'),
      controlTickets: path.nullable().default('/organizer/tickets/control'),
      writePrivilegeDefinition: path.nullable().default('/organizer/privilege-definitions/{definitionId}'),
      injectPrivileges: path.nullable().default('/organizer/privileges'),
    })
    .prefault({}),
  customParameters,
  ticketTemplates: z.record(label, ticketTemplate).default({}),
  /** While an event is on, push controlled runs as its `eventDay` says. */
  eventCalendar: z
    .array(calendarEvent, 'expected a list of events')
    .max(1_000, 'expected at most 1000 events')
    .default([]),
  functions: z.array(anyFunction, 'expected a list of functions').min(1, 'expected at least one function'),
});

const organization = z
  .strictObject({
    code: code('the code of the organization', 'FCDEMO'),
    inventoryOwner: code('the code of the organization that owns the inventory', 'FCDEMO').optional(),
    interfaces: z
      .array(interfaceSettings, 'expected a list with the one TIXNGO interface of the organization')
      .length(
        1,
        'expected exactly one interface: with several on one organization, push cancelled and push controlled would not see what another one injected',
      ),
  })
  .superRefine((org, context) => {
    const codesFit = [org.code, org.inventoryOwner].every((text) => text === undefined || codePattern.test(text));
    if (codesFit && org.inventoryOwner !== undefined && org.inventoryOwner !== org.code) {
      context.addIssue({
        code: 'custom',
        path: ['interfaces'],
        message: `expected no interface here: the inventory of this organization belongs to ${org.inventoryOwner}; set the interface up there, and leave this organization out`,
      });
    }
    for (const [i, settings] of org.interfaces.entries()) checkInterface(settings, ['interfaces', i], context);
  });

function checkInterface(
  settings: z.infer<typeof interfaceSettings>,
  place: (string | number)[],
  context: z.RefinementCtx,
): void {
  const names = new Set<string>();
  for (const [i, fn] of settings.functions.entries()) {
    const at = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [...place, 'functions', i, field], message });
    };
    if (names.has(fn.internalName)) at('internalName', 'expected a name that no other function of this interface has');
    names.add(fn.internalName);
    if (fn.function !== 'ticketsExternalPrinting' || fn.ticketTemplate === undefined) continue;
    if (settings.type !== 'TIXNGO_WITH_TICKET_TEMPLATE') {
      at('ticketTemplate', 'expected no ticket template: only the interface type TIXNGO_WITH_TICKET_TEMPLATE has one');
    } else if (!Object.hasOwn(settings.ticketTemplates, fn.ticketTemplate)) {
      const known = Object.keys(settings.ticketTemplates).join(', ');
      at('ticketTemplate', `expected a ticket template of this interface: ${known === '' ? 'there is none' : known}`);
    }
  }
  if (settings.lookup === 'eventReport' && settings.mobileAppId === undefined) {
    context.addIssue({
      code: 'custom',
      path: [...place, 'mobileAppId'],
      message: 'expected the mobile app of the organizer: the event report asks for it',
    });
  }
}

const exportKey = z.string('expected an export key').min(1, 'expected an export key');

const s360Settings = z.strictObject({
  url: httpUrl('https://demo.ws.secutix.example'),
  operator: code('the virtual operator', 'DEMO_TIXNGO'),
  partner: code('the partner name', 's360-tixngo-interface'),
  secretVariable: variableName,
  callsPerMinute: callsPerMinute.default(60),
  /** How many contacts one call looks up, creates or completes. */
  contactsPerCall: wholeNumber(1, 1_000).default(100),
  exportKeys: z
    .strictObject({
      ticketsExternalPrinting: exportKey.default('TIXNGO_INJECTION'),
      pushCancelled: exportKey.default('TIXNGO_CANCELLED'),
      pushControlled: exportKey.default('TIXNGO_CONTROLLED'),
      digitalPrivilegesInjection: exportKey.default('TIXNGO_PRIVILEGES'),
    })
    .prefault({}),
  operations: z
    .strictObject({
      authenticate: path.nullable().default('/tnai/backend-apis/v1/auth'),
      executeExport: path.nullable().default('/tnai/backend-apis/dataExportService/v1_0/executeExport'),
      flagItems: path.nullable().default('/tnai/backend-apis/dataExportService/v1_0/flagItems'),
      getFlaggingStatus: path.nullable().default('/tnai/backend-apis/dataExportService/v1_0/getFlaggingStatus'),
      markPrinted: path.nullable().default(null),
      readMobileTickets: path.nullable().default(null),
      storeMobileTickets: path.nullable().default(null),
      recordDistributions: path.nullable().default(null),
      searchContactsByEmail: path.nullable().default(null),
      createCulturalContact: path
        .nullable()
        .default('/tnco/backend-apis/contactInformationPublicService/v2_21/createCulturalContact'),
      updateTemporaryContacts: path.nullable().default(null),
    })
    .prefault({}),
});

const institution = z.strictObject({
  code: code('the code of the institution', 'DEMO'),
  /** Whose day an override names. */
  timeZone: timeZone.default('UTC'),
  s360: s360Settings,
  organizations: z.array(organization, 'expected a list of organizations').min(1, 'expected at least one organization'),
});

/** One reader for a TIXNGO organizer, in the institution of all organizations that inject there. */
function checkReaders(institutions: readonly z.infer<typeof institution>[], context: z.RefinementCtx): void {
  const places = institutions.flatMap((inst, i) =>
    inst.organizations.flatMap((org, j) =>
      org.interfaces.map((settings, k) => ({
        code: inst.code,
        organizer: settings.organizer,
        path: ['institutions', i, 'organizations', j, 'interfaces', k],
        readers: settings.functions.flatMap((fn, n) => (fn.function === 'retrieveTicketStatus' ? [n] : [])),
      })),
    ),
  );
  const seen = new Map<string, string>();
  for (const { code, organizer, path: place, readers } of places) {
    for (const reader of readers) {
      const at = [...place, 'functions', reader, 'function'];
      const elsewhere = places.find((other) => other.organizer === organizer && other.code !== code);
      let message: string | null = null;
      if (seen.has(organizer)) {
        message = `expected one retrieveTicketStatus for the TIXNGO organizer ${organizer}: TIXNGO lets one function at a time read its diff, whatever the organization`;
      } else if (elsewhere !== undefined) {
        message = `expected all organizations of the TIXNGO organizer ${organizer} in one institution: its feedback is stored there, and ${elsewhere.code} has one too`;
      }
      if (message !== null) context.addIssue({ code: 'custom', path: at, message });
      seen.set(organizer, code);
    }
  }
}

/** TIXNGO limits an organizer, whichever organization calls: all that share one reckon with the same limit, in one institution. */
function checkSharedLimits(institutions: readonly z.infer<typeof institution>[], context: z.RefinementCtx): void {
  const first = new Map<string, { readonly code: string; readonly callsPerMinute: number | null }>();
  for (const [i, { code, organizations }] of institutions.entries()) {
    for (const [j, { interfaces }] of organizations.entries()) {
      for (const [k, { organizer, callsPerMinute: limit }] of interfaces.entries()) {
        const at = (field: string, message: string): void => {
          const path = ['institutions', i, 'organizations', j, 'interfaces', k, field];
          context.addIssue({ code: 'custom', path, message });
        };
        const other = first.get(organizer);
        if (other === undefined) first.set(organizer, { code, callsPerMinute: limit });
        else if (other.callsPerMinute !== limit) {
          at(
            'callsPerMinute',
            `expected ${String(other.callsPerMinute)}, as in the other organizations of the TIXNGO organizer ${organizer}: its limit holds for all of them together`,
          );
        } else if (other.code !== code && limit !== null) {
          at(
            'organizer',
            `expected all organizations of the TIXNGO organizer ${organizer} in one institution: its callsPerMinute is shared out there, and ${other.code} has one too`,
          );
        }
      }
    }
  }
}

export const configurationSchema = z
  .strictObject({
    $schema: z.string().optional(),
    /** Longest time that one write can be under way, in seconds: W of the design. */
    writeTimeoutSeconds: wholeNumber(1, 120).default(30),
    /** A state that knows nothing may be a lost one, whose workers live on: the first run of a function waits until their writes are over. */
    pauseWhenStateIsNew: z.boolean('expected true or false').default(true),
    /** Where a file for «File to upload» lies, on every worker. */
    uploadDirectory: z.string('expected the path of a directory').min(1, 'expected the path of a directory').optional(),
    /** The mail server, and who mails. */
    email: z.strictObject({ smtpUrlVariable: variableName, from: sender }).optional(),
    institutions: z.array(institution, 'expected a list of institutions').min(1, 'expected at least one institution'),
  })
  .superRefine((config, context) => {
    checkReaders(config.institutions, context);
    checkSharedLimits(config.institutions, context);
    const codesSeen = new Set<string>();
    for (const [i, inst] of config.institutions.entries()) {
      if (codesSeen.has(inst.code)) {
        context.addIssue({
          code: 'custom',
          path: ['institutions', i, 'code'],
          message: 'expected a code that no other institution has',
        });
      }
      codesSeen.add(inst.code);
      const organizations = new Set<string>();
      for (const [j, org] of inst.organizations.entries()) {
        if (organizations.has(org.code)) {
          context.addIssue({
            code: 'custom',
            path: ['institutions', i, 'organizations', j, 'code'],
            message:
              'expected each organization once: with several interfaces on one organization, push cancelled and push controlled would not work',
          });
        }
        organizations.add(org.code);
        for (const [k, settings] of org.interfaces.entries()) {
          if (settings.emailRecipients.length === 0 || config.email !== undefined) continue;
          context.addIssue({
            code: 'custom',
            path: ['institutions', i, 'organizations', j, 'interfaces', k, 'emailRecipients'],
            message: 'expected no recipients, or else a mail server, as "email" at the top of the file',
          });
        }
      }
    }
  });

export type Configuration = z.infer<typeof configurationSchema>;
export type InstitutionSettings = Configuration['institutions'][number];
export type S360Settings = InstitutionSettings['s360'];
export type OrganizationSettings = InstitutionSettings['organizations'][number];
export type InterfaceSettings = OrganizationSettings['interfaces'][number];
export type FunctionSettings = InterfaceSettings['functions'][number];
export type InjectionFunctionSettings = Extract<FunctionSettings, { function: 'ticketsExternalPrinting' }>;
