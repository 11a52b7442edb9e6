import { z } from 'zod';
import { ApiError } from '../apiError.js';
import { barcodeHash } from '../barcodeHash.js';
import type { Operation } from '../operation.js';
import { inShape, wholeNumber } from '../requests.js';
import type { EventPayload, MultilingualText } from '../ticketPayload.js';
import type { TicketRecord } from '../ticketStore.js';
import type { TixngoWorld } from '../world.js';

const querySchema = z.object({
  mobileAppId: z.string().min(1),
  limit: wholeNumber(1, 10_000),
  offset: wholeNumber(0, 999_999_999),
  excludeDeleted: z.enum(['true', 'false']).optional(),
});

/**
 * The tickets of one event and who owns them, in the order in which they came to the event. An event that TIXNGO does
 * not have has no tickets.
 * Source: «TIXNGO, Reporting endpoint - Event ticket ownership report» (`mobileAppId`, `limit` and `offset` required,
 * `excludeDeleted` false by default). The fields `status, barcodeHash, updatedAt, controlledAt, deletion` are this project's
 * proposals: the published list is cut.
 */
export const eventReportOperation: Operation = {
  name: 'report.eventTickets',
  method: 'GET',
  path: '/report/events/:eventId/tickets',
  handle: (world, c) => {
    const { mobileAppId, limit, offset, excludeDeleted } = inShape(querySchema, c.req.query());
    if (mobileAppId !== world.settings.mobileAppId) {
      throw new ApiError(400, 'VALIDATION_ERROR', 'mobileAppId is not one of this organizer');
    }
    const eventId = c.req.param('eventId') ?? '';
    const tickets = world.tickets
      .ofEvent(eventId)
      .filter((ticket) => excludeDeleted !== 'true' || ticket.status !== 'DELETED');
    const event = world.events.get(eventId)?.event;
    return c.json({
      total: tickets.length,
      result: event ? tickets.slice(offset, offset + limit).map((ticket) => reportRow(world, event, ticket)) : [],
    });
  },
};

function reportRow(world: TixngoWorld, event: EventPayload, ticket: TicketRecord): object {
  const { owner } = ticket;
  return {
    ticketId: ticket.ticketId,
    eventId: event.id,
    organizerId: world.settings.organizerId,
    eventName: inOneLanguage(event.name),
    eventCode: event.id,
    eventStartDate: event.startTime,
    status: ticket.status,
    ownerEmail: owner.email,
    ownerFirstName: owner.firstName ?? null,
    ownerLastName: owner.lastName ?? null,
    ownerPhone: owner.phoneNumber ?? null,
    ownerBirthDate: owner.dateOfBirth ?? null,
    ownerIdNumber: owner.idCardNumber ?? owner.passportNumber ?? null,
    ownerResidenceCountry: owner.residenceCountry ?? null,
    barcodeHash: barcodeHash(ticket),
    updatedAt: ticket.updatedAt,
    controlledAt: ticket.controlledAt,
    deletion: ticket.deletion,
  };
}

function inOneLanguage(text: MultilingualText): string {
  return typeof text === 'string' ? text : (text['en'] ?? Object.values(text)[0] ?? '');
}
