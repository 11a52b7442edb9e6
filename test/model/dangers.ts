import fc from 'fast-check';

import type { FunctionName } from '../../src/domain/functions.js';
import { cardSale, cause, sale, waits, which, type FaultName, type Step } from './steps.js';

/** The caller cannot know that the call took its effect: whoever only tries again writes twice. */
export const dangerousFaults = ['its answer is lost', 'it is applied, and nobody answers'] as const;

/** How a write comes about: what people do first, and the function that then makes it. */
interface Occasion {
  readonly fn: FunctionName;
  readonly first: fc.Arbitrary<readonly Step[]>;
}

const tick = (fn: FunctionName): fc.Arbitrary<Step> =>
  fc.constant({ do: 'tick' as const, fn, waits: true, trouble: null });
const chosen = <Name extends 'scan' | 'scanCard' | 'accept'>(name: Name) => fc.record({ do: fc.constant(name), which });
const withCause = <Name extends 'cancel' | 'cancelCard'>(name: Name) =>
  fc.record({ do: fc.constant(name), which, cause });
const downloads = fc.constant({ do: 'downloadAll' as const });
/** Hardly ever the same twice: S-360 does not know them. */
const toStranger = fc.record({ do: fc.constant('transfer' as const), which, to: fc.integer({ min: 100, max: 9_999 }) });

const newCard: readonly fc.Arbitrary<Step>[] = [cardSale, tick('digitalPrivilegesInjection')];

function occasion(fn: FunctionName, ...first: readonly fc.Arbitrary<Step>[]): Occasion {
  return { fn, first: fc.tuple(...first) };
}

/** Every operation that writes, with one or more ways to it. */
const writes: Readonly<Record<string, readonly Occasion[]>> = {
  'tickets.inject': [occasion('ticketsExternalPrinting', sale)],
  'markPrinted.markPrinted': [occasion('ticketsExternalPrinting', sale)],
  'dataExportService.flagItems': [
    occasion('ticketsExternalPrinting', sale),
    occasion('pushCancelled', withCause('cancel')),
    occasion('pushControlled', chosen('scan')),
  ],
  'tickets.delete': [
    occasion('pushCancelled', withCause('cancel'), withCause('cancel')),
    occasion('pushCancelled', ...newCard, withCause('cancelCard')),
  ],
  'tickets.control': [
    occasion('pushControlled', chosen('scan'), chosen('scan')),
    occasion('pushControlled', ...newCard, chosen('scanCard')),
  ],
  'mobileTickets.store': [occasion('retrieveTicketStatus', downloads, toStranger)],
  'contactInformationPublicService.createCulturalContact': [
    occasion('retrieveTicketStatus', downloads, toStranger, toStranger),
  ],
  'contactInformationPublicService.updateTemporaryContacts': [
    occasion('retrieveTicketStatus', downloads, toStranger, toStranger, chosen('accept'), chosen('accept')),
  ],
  'distributions.record': [occasion('retrieveTicketStatus', downloads, toStranger)],
  'privilegeDefinitions.write': [occasion('digitalPrivilegesInjection', cardSale)],
  'privileges.inject': [occasion('digitalPrivilegesInjection', cardSale)],
};

/** What has to have happened to each of them, as it is counted. */
export const dangers: readonly string[] = Object.keys(writes).flatMap((at) =>
  dangerousFaults.map((fault) => struck(at, fault)),
);

/** How it is counted that a call has met a fault. */
export function struck(at: string, fault: FaultName): string {
  return `${at}: ${fault}`;
}

/** A write that is sure to be due, and one of these faults for it. */
export const danger: fc.Arbitrary<readonly Step[]> = fc
  .constantFrom(...Object.entries(writes))
  .chain(([at, occasions]) =>
    fc
      .constantFrom(...occasions)
      .chain(({ fn, first }) =>
        fc
          .tuple(first, fc.constantFrom(...dangerousFaults), waits)
          .map(([steps, fault, waiting]): readonly Step[] => [
            ...steps,
            { do: 'tick', fn, waits: waiting, trouble: { at, fault } },
          ]),
      ),
  );
