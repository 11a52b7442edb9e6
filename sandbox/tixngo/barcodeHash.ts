import { createHash } from 'node:crypto';
import type { TicketRecord } from './ticketStore.js';

/** Of a ticket's barcode; see {@link hashOfBarcode}. */
export function barcodeHash(ticket: TicketRecord): string {
  return hashOfBarcode(ticket.payload.security.barcode);
}

/** Lower-case hex SHA-256: lets a caller compare barcodes without being told one. */
export function hashOfBarcode(barcode: string): string {
  return createHash('sha256').update(barcode, 'utf8').digest('hex');
}
