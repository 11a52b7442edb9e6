import { afterEach, expect, test } from 'vitest';

import { startTixngoSandbox, type TixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import { TixngoLookup } from '../../src/activities/tixngoLookup.js';
import { mapTicket } from '../../src/domain/ticketMapping.js';
import { CallMeter } from '../../src/http/callMeter.js';
import { createHttp } from '../../src/http/jsonCall.js';
import { TixngoClient } from '../../src/tixngo/client.js';
import { fullConfiguration, read } from '../config/configurationForTests.js';
import { plainMapping, ticket } from '../domain/ticketForTests.js';
import { HeldWrite } from '../support/heldWrite.js';

let sandbox: TixngoSandbox;

afterEach(() => sandbox.close());

test('a report that was asked for before a write does not come back behind it, when several calls are under way at once', async () => {
  const held = new HeldWrite('report.eventTickets');
  sandbox = await startTixngoSandbox({ around: held.around });
  const settings = read(fullConfiguration()).institutions[0]?.organizations[0]?.interfaces[0];
  const mapped = mapTicket(ticket(), plainMapping);
  if (settings === undefined || 'problem' in mapped) throw new Error('there is nothing to look up');
  const tixngo = new TixngoClient({
    http: createHttp(),
    settings: { ...settings, url: sandbox.url },
    apiKey: 'sandbox-api-key',
    meter: new CallMeter('r', {}, Number.POSITIVE_INFINITY),
    signal: new AbortController().signal,
    readTimeoutMs: 60_000,
    writeTimeoutMs: 60_000,
    unknownFields: () => undefined,
  });
  const { ticketId } = mapped.ticket;
  const sought = [{ id: ticketId, eventId: mapped.ticket.event.id }];
  const lookup = new TixngoLookup(tixngo, { lookup: 'eventReport' });
  const statusIn = (found: ReadonlyMap<string, { readonly status: string }>): string | undefined =>
    found.get(ticketId)?.status;

  await tixngo.injectTickets([mapped.ticket]);
  held.arm(1);
  const early = lookup.find(sought);
  await held.reached;
  await tixngo.controlTickets([{ ticketId, controlledAt: '2027-03-27T14:00:00Z' }]);
  lookup.forget(sought);
  held.letGo();
  expect(statusIn(await early)).toBe('INJECTED');
  expect(statusIn(await lookup.find(sought))).toBe('CONTROLLED');
});
