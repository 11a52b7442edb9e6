import type { Configuration, InjectionFunctionSettings } from '../../src/config/schema.js';
import { CannotCompare } from './sandboxTickets.js';

type Institution = Configuration['institutions'][number];
type Interface = Institution['organizations'][number]['interfaces'][number];

/** What the configuration says about the tickets that must be in TIXNGO. */
export interface ComparerRules {
  readonly exportKey: string;
  readonly settings: Interface;
  readonly injection: InjectionFunctionSettings;
  readonly skipped: ReadonlySet<string>;
}

/** The only ticket injection of the configuration. @throws CannotCompare if there are none or several */
export function comparerRules(configuration: Configuration): ComparerRules {
  const all = configuration.institutions.flatMap((institution) =>
    institution.organizations.flatMap(({ interfaces }) =>
      interfaces.flatMap((settings) =>
        settings.functions.flatMap((injection): ComparerRules[] => {
          if (injection.function !== 'ticketsExternalPrinting') return [];
          const skipped = new Set(injection.skipTickets.split(',').map((entry) => entry.trim()));
          return [{ exportKey: institution.s360.exportKeys.ticketsExternalPrinting, settings, injection, skipped }];
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
