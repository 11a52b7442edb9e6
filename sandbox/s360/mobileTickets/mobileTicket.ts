/** A person as TIXNGO tells of one; every field is personal. Null or absent: not known. */
interface MobilePerson {
  readonly email?: string | null;
  readonly title?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly gender?: string | null;
  readonly dateOfBirth?: string | null;
  readonly nationality?: string | null;
  readonly idCardNumber?: string | null;
  readonly phoneNumber?: string | null;
  readonly residenceCountry?: string | null;
  readonly language?: string | null;
}

/**
 * What the mobile side says of a ticket at one moment. PROPOSED: that status, details and history come back is in the
 * manual, their fields are not (S-360 manual, 4. Retrieve ticket status; 4.1).
 */
export interface MobileTicketEntry {
  readonly ticketId: number;
  readonly organizationCode: string;
  /** TIXNGO's status; any text, since the list of them grows. */
  readonly status: string;
  /** ISO 8601 with offset. */
  readonly statusChangedAt: string;
  readonly eventId?: string | null;
  readonly owner?: MobilePerson | null;
  readonly initialOwnerEmail?: string | null;
  /** The assignee. */
  readonly holder?: MobilePerson | null;
  readonly activation?: object | null;
  readonly deletion?: object | null;
  readonly transfer?: object | null;
  readonly extraFields?: readonly { readonly key: string; readonly value: string | null }[];
  readonly beaconName?: string | null;
}

/** One line of a mobile ticket's history: details are kept of the current status only. */
export interface HistoryLine {
  readonly status: string;
  readonly statusChangedAt: string;
  readonly ownerEmail: string | null;
}
