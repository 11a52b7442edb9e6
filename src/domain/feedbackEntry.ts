/** A person as TIXNGO knows one: the owner of a ticket, or whom it is assigned to. What is unknown or empty is null. */
export interface MobilePerson {
  readonly email: string | null;
  readonly title: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly gender: string | null;
  /** `yyyy-MM-dd` */
  readonly dateOfBirth: string | null;
  readonly nationality: string | null;
  readonly idCardNumber: string | null;
  readonly phoneNumber: string | null;
  readonly residenceCountry: string | null;
  readonly language: string | null;
}

/** The owner of a ticket also says what may be sent to them. */
export interface MobileOwner extends MobilePerson {
  readonly allowPromoEmail: boolean | null;
  readonly allowThirdPartyEmail: boolean | null;
}

/** A transfer as far as it has come. */
export interface MobileTransfer {
  readonly direction: string | null;
  readonly senderEmail: string | null;
  readonly recipientEmail: string | null;
  readonly initiatedAt: string | null;
}

/**
 * One entry of TIXNGO's diff stream: what a ticket became, and when. Entries of one ticket may come out of order and more than once. Never
 * part of a workflow's history. Source: S-360 manual, «4. Retrieve Ticket Status»; the names are partly our own (docs/manual.md).
 */
export interface FeedbackEntry {
  /** TIXNGO's id: S-360's ticket id or its tax number, as `ticketIdentifier` says. */
  readonly ticketId: string;
  readonly eventId: string | null;
  /** By its right name; one that we do not know is kept as it came. */
  readonly status: string;
  /** The same as `status` where only data of the ticket has changed; null if TIXNGO does not tell. */
  readonly previousStatus: string | null;
  /** RFC 3339 */
  readonly statusChangedAt: string;
  readonly owner: MobileOwner | null;
  /** Whom the ticket is assigned to. */
  readonly holder: MobilePerson | null;
  readonly initialOwnerEmail: string | null;
  readonly transfer: MobileTransfer | null;
  readonly activation: { readonly method: string | null; readonly activatedAt: string | null } | null;
  readonly deletion: {
    readonly reason: string | null;
    readonly requestedAt: string | null;
    readonly confirmedAt: string | null;
  } | null;
  /** What the app has asked for when the ticket was assigned, per event. */
  readonly extraFields: readonly { readonly key: string; readonly value: string | null }[];
  readonly beaconName: string | null;
}

/** An entry that does not have the agreed shape: its ticket is parked, the others go on. */
export interface UnreadableEntry {
  /** Null if not even that can be read. */
  readonly ticketId: string | null;
  /** JSON path of the first field that does not fit. */
  readonly field: string;
}
