import type { Configuration, FunctionSettings, InjectionFunctionSettings } from '../../src/config/schema.js';
import { CannotCompare } from './sandboxTickets.js';

type Institution = Configuration['institutions'][number];
type Interface = Institution['organizations'][number]['interfaces'][number];
export type CancellationSettings = Extract<FunctionSettings, { function: 'pushCancelled' }>;
export type ControlSettings = Extract<FunctionSettings, { function: 'pushControlled' }>;
export type PrivilegeSettings = Extract<FunctionSettings, { function: 'digitalPrivilegesInjection' }>;

/** What the configuration says about the tickets that must be in TIXNGO. */
export interface ComparerRules {
  readonly exportKey: string;
  readonly settings: Interface;
  readonly injection: InjectionFunctionSettings;
  readonly skipped: ReadonlySet<string>;
  /** Push cancelled with its export key; null if it is not configured. */
  readonly push: { readonly exportKey: string; readonly settings: CancellationSettings } | null;
  /** Push controlled with its export key; null if it is not configured. */
  readonly control: { readonly exportKey: string; readonly settings: ControlSettings } | null;
  /** Digital privileges injection; null if it is not configured. */
  readonly privileges: PrivilegeRules | null;
  /** Retrieve ticket status; null if it is not configured. */
  readonly feedback: FeedbackRules | null;
}

/** What the configuration says about the cards that must be digital privileges in TIXNGO. */
export interface PrivilegeRules {
  readonly exportKey: string;
  readonly settings: PrivilegeSettings;
  readonly skipped: ReadonlySet<string>;
  /** Of products that have no venue. */
  readonly timeZone: string;
}

/** What comes back from TIXNGO. */
export interface FeedbackRules {
  /** Whose tickets: all organizations at the same TIXNGO organizer. */
  readonly organizations: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
  /** Whether contacts and distribution history come back too. */
  readonly distributes: boolean;
}

/**
 * The only ticket injection of the configuration, and the functions beside it.
 *
 * @throws CannotCompare if there is no ticket injection, or if a function is there several times
 */
export function comparerRules(configuration: Configuration): ComparerRules {
  const all = configuration.institutions.flatMap((institution) =>
    institution.organizations.flatMap(({ interfaces }) =>
      interfaces.flatMap((settings) =>
        settings.functions.flatMap((injection): ComparerRules[] => {
          if (injection.function !== 'ticketsExternalPrinting') return [];
          const skipped = listed(injection.skipTickets);
          const { exportKeys } = institution.s360;
          const push = onlyOne(settings, 'pushCancelled');
          const control = onlyOne(settings, 'pushControlled');
          const privileges = onlyOne(settings, 'digitalPrivilegesInjection');
          const feedback = feedbackRules(institution, settings);
          return [
            {
              exportKey: exportKeys.ticketsExternalPrinting,
              settings,
              injection,
              skipped,
              push: push === null ? null : { exportKey: exportKeys.pushCancelled, settings: push },
              control: control === null ? null : { exportKey: exportKeys.pushControlled, settings: control },
              privileges:
                privileges === null
                  ? null
                  : {
                      exportKey: exportKeys.digitalPrivilegesInjection,
                      settings: privileges,
                      skipped: listed(privileges.skipTickets),
                      timeZone: institution.timeZone,
                    },
              feedback,
            },
          ];
        }),
      ),
    ),
  );
  const [only] = all;
  if (only === undefined || all.length > 1) {
    throw new CannotCompare(
      `The configuration has ${String(all.length)} ticket injections; the comparer needs one with exactly one (--config FILE).`,
    );
  }
  if (only.settings.ticketIdentifier !== 'ticketId') {
    throw new CannotCompare(
      'The configuration sends the tax number as ticketId: the two lists then have different orders, and this comparer reads them side by side.',
    );
  }
  return only;
}

/** @throws CannotCompare if the function is there several times */
function onlyOne<Name extends FunctionSettings['function']>(
  { functions }: Interface,
  name: Name,
): Extract<FunctionSettings, { function: Name }> | null {
  const found = functions.filter((fn): fn is Extract<FunctionSettings, { function: Name }> => fn.function === name);
  if (found.length > 1) {
    throw new CannotCompare(`The configuration has ${name} several times; the comparer knows one (--config FILE).`);
  }
  return found[0] ?? null;
}

/** One organization's function reads for all organizations at the same TIXNGO organizer. */
function feedbackRules(institution: Institution, { organizer }: Interface): FeedbackRules | null {
  const there = institution.organizations.flatMap(({ code, interfaces }) =>
    interfaces.filter((settings) => settings.organizer === organizer).map((settings) => ({ code, settings })),
  );
  for (const { settings } of there) {
    for (const fn of settings.functions) {
      if (fn.function !== 'retrieveTicketStatus') continue;
      return {
        organizations: new Set(there.map(({ code }) => code)),
        skipped: listed(fn.skipTickets),
        distributes: settings.customParameters.enableTicketDistributionToCulturalContact,
      };
    }
  }
  return null;
}

function listed(skipTickets: string): ReadonlySet<string> {
  return new Set(skipTickets.split(',').map((entry) => entry.trim()));
}
