import { createHash } from 'node:crypto';
import type { TicketRecord } from './ticketStore.js';

/** Lower-case hex SHA-256 of a ticket's barcode: lets a caller compare barcodes without being told one. */
export function barcodeHash(ticket: TicketRecord): string {
  return createHash('sha256').update(ticket.payload.security.barcode, 'utf8').digest('hex');
}
