import { createHash } from 'node:crypto';

import { payloadProblem } from '../domain/payloadChecks.js';
import { mapTicket, type MappingSettings } from '../domain/ticketMapping.js';
import { injectionEffect } from '../domain/tixngoEffect.js';
import { isDeletion } from '../domain/tixngoStatus.js';
import type { TixngoTicket } from '../domain/tixngoTicket.js';
import type { TixngoClient } from '../tixngo/client.js';
import type { Injected } from './injected.js';

/** Tickets, as ticket injection sends them. What the spectator or TIXNGO made of one since it was accepted is not ours to change. */
export function injectedTickets(
  tixngo: TixngoClient,
  mapping: MappingSettings,
  contingentMandatory: boolean,
): Injected<TixngoTicket> {
  return {
    operation: 'injectTickets',
    followsChanges: false,
    map(source) {
      const mapped = mapTicket(source, mapping);
      return 'problem' in mapped ? { thing: null, problem: mapped.problem } : { thing: mapped.ticket, problem: null };
    },
    check: (ticket) => payloadProblem(ticket, contingentMandatory),
    effect({ thing: ticket, problem }, held) {
      // What cannot be mapped or sent now cannot be compared either: that TIXNGO has it is what counts.
      if (ticket === null || problem !== null) return isDeletion(held.status) ? 'deleted' : 'done';
      return injectionEffect(held, {
        eventId: ticket.event.id,
        ownerEmail: ticket.spectatorDetails.email,
        barcodeHash: sha256(ticket.security.barcode),
      });
    },
    send: (tickets, write) => write(() => tixngo.injectTickets(tickets)),
  };
}

/** As TIXNGO tells a barcode: lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
