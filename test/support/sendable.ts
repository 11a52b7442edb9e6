import type { SandboxTicket } from './world.js';

/** Tickets that injection may send as they are: for TIXNGO, not printed, complete. Independent of the product code on purpose. */
export function sendable(tickets: readonly SandboxTicket[]): SandboxTicket[] {
  return tickets.filter(
    ({ row }) =>
      row['ticket_state'] === 'NOT_PRINTED' &&
      row['shipment_mode_type'] === 'BLOCKCHAIN' &&
      row['ticket_model_blockchain'] === true &&
      !String(row['product_kind']).endsWith('_CARD') &&
      Boolean(row['holder_first_name']) &&
      Boolean(row['holder_last_name']) &&
      Boolean(row['contact_email']) &&
      Boolean(row['barcode']) &&
      String(row['barcode']).length < 500 &&
      Boolean(row['zip']) &&
      String(row['site']).length <= 200,
  );
}
