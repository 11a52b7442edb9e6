/** A transfer from one wallet to another. The ticket stays in the sender's wallet until the recipient has accepted. */
export interface Transfer {
  /** BACKWARD: to somebody who has owned the ticket before. */
  readonly direction: 'FORWARD' | 'BACKWARD';
  readonly senderEmail: string;
  /** As the sender has typed it; null when nobody has said to whom. */
  readonly recipientEmail: string | null;
  /** ISO 8601 in UTC. */
  readonly initiatedAt: string;
}

/** How a ticket can be activated: its QR code can be shown from then on. */
export const ACTIVATION_METHODS = ['ONLINE', 'OFFLINE', 'MANUAL', 'BT'] as const;

export type ActivationMethod = (typeof ACTIVATION_METHODS)[number];

export interface Activation {
  readonly method: ActivationMethod;
  /** ISO 8601 in UTC. */
  readonly activatedAt: string;
}

/** The guest to whom the owner has assigned the ticket; who only says so needs no wallet. */
export interface TicketHolder {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly dateOfBirth: string | null;
  readonly nationality: string | null;
  readonly idCardNumber: string | null;
}

/** What the app asks at an assignment, as the event wants it. Source: release notes of the interface. */
export interface ExtraField {
  readonly key: string;
  readonly value: string;
}

/** What people have done with a ticket; nothing at first. */
export interface TicketUse {
  readonly ticketHolder: TicketHolder | null;
  /** Only while the status is one of a transfer. */
  readonly transfer: Transfer | null;
  readonly activation: Activation | null;
  readonly extraFields: readonly ExtraField[];
  /** The beacon that has activated the ticket. */
  readonly beaconName: string | null;
}

export const NOT_USED: TicketUse = {
  ticketHolder: null,
  transfer: null,
  activation: null,
  extraFields: [],
  beaconName: null,
};
