import type { Configuration, FunctionSettings, InjectionFunctionSettings } from '../../src/config/schema.js';
import { CannotCompare } from './sandboxTickets.js';

type Institution = Configuration['institutions'][number];
type Interface = Institution['organizations'][number]['interfaces'][number];
export type CancellationSettings = Extract<FunctionSettings, { function: 'pushCancelled' }>;

/** What the configuration says about the tickets that must be in TIXNGO. */
export interface ComparerRules {
  readonly exportKey: string;
  readonly settings: Interface;
  readonly injection: InjectionFunctionSettings;
  readonly skipped: ReadonlySet<string>;
  /** Push cancelled with its export key; null if it is not configured. */
  readonly push: { readonly exportKey: string; readonly settings: CancellationSettings } | null;
}

/**
 * The only ticket injection of the configuration, and its push cancelled.
 *
 * @throws CannotCompare if there is no ticket injection, or if one of the two is there several times
 */
export function comparerRules(configuration: Configuration): ComparerRules {
  const all = configuration.institutions.flatMap((institution) =>
    institution.organizations.flatMap(({ interfaces }) =>
      interfaces.flatMap((settings) =>
        settings.functions.flatMap((injection): ComparerRules[] => {
          if (injection.function !== 'ticketsExternalPrinting') return [];
          const skipped = new Set(injection.skipTickets.split(',').map((entry) => entry.trim()));
          const { exportKeys } = institution.s360;
          const pushes = settings.functions.flatMap((fn) => (fn.function === 'pushCancelled' ? [fn] : []));
          if (pushes.length > 1) {
            throw new CannotCompare(
              'The configuration has several push cancelled; the comparer knows one (--config FILE).',
            );
          }
          const push = pushes[0] === undefined ? null : { exportKey: exportKeys.pushCancelled, settings: pushes[0] };
          return [{ exportKey: exportKeys.ticketsExternalPrinting, settings, injection, skipped, push }];
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
