/**
 * What S-360 must hold of a ticket's transfers: a line of distribution history for each step, with the right contacts, and the new owner as
 * cultural contact. Written a second time on purpose, like `expectedTicket.ts`.
 */
import { behind, isSameMoment, wrong, type Finding } from './finding.js';
import { isPending, mailboxOf, type ContactsByEmail, type S360Contact } from './s360Contacts.js';
import type { DistributionLine, S360Ticket, TixngoEntry, TixngoTicket } from './sandboxTickets.js';

/** A ticket that was on the move, in both systems. */
export interface MovedTicket {
  readonly ours: S360Ticket;
  readonly held: TixngoTicket;
  /** Whether TIXNGO got the cultural contact as its spectator, and not a holder of its own. */
  readonly contactIsSpectator: boolean;
}

interface Step {
  readonly status: string;
  readonly at: string;
  readonly sender: string | null;
  readonly recipient: string | null;
}

const lineOfStatus: Readonly<Record<string, string>> = {
  PENDING_TRANSFER: 'PENDING',
  PENDING: 'PENDING',
  FAILURE_TRANSFER: 'CANCELLED',
  FAILURE: 'CANCELLED',
  TRANSFERRED: 'CONFIRMED',
};

export function isMoved(ours: S360Ticket, held: TixngoTicket): boolean {
  return ours.lines.length > 0 || held.history.some(({ status }) => lineOfStatus[status] !== undefined);
}

/** Whether S-360 knows that the ticket has changed hands. */
export function hasNewOwner({ lines }: Pick<S360Ticket, 'lines'>): boolean {
  return lines.some(({ status }) => status === 'CONFIRMED');
}

/** Mailboxes of everybody who has to do with the ticket. */
export function mailboxesOf({ held }: MovedTicket): string[] {
  const boxes = stepsOf(held.history).flatMap(({ sender, recipient }) => [sender, recipient]);
  return [...boxes, spectatorOf(held)].filter((box) => box !== null);
}

/**
 * @param contacts of the mailboxes of {@link mailboxesOf}
 * @param created numbers of all contacts that the interface has created
 */
export function compareTransfers(
  moved: MovedTicket,
  contacts: ContactsByEmail,
  created: ReadonlySet<string>,
): Finding[] {
  const { ours, held } = moved;
  const steps = stepsOf(held.history);
  const findings: Finding[] = [];
  for (const line of ours.lines) {
    if (!steps.some((step) => isOf(line, step))) {
      findings.push(
        wrong('distribution', `a line ${line.status} of ${line.changedAt}, when nothing of this kind was in TIXNGO`),
      );
    }
  }
  const people = new People(moved, contacts, created);
  for (const step of steps) {
    const [line, ...more] = ours.lines.filter((one) => isOf(one, step));
    const which = `${step.status} of ${step.at}`;
    if (line === undefined) {
      findings.push(behind('a transfer has no line of history yet', 'distribution', `no line ${which}`));
      continue;
    }
    if (more.length > 0)
      findings.push(wrong('distribution', `the line ${which} is there ${String(more.length + 1)} times`));
    if (!people.isSender(line.oldContactNumber, step)) {
      findings.push(wrong('distribution', `old contact of ${which} is not the sender's`));
    }
    if (!people.isRecipient(line.newContactNumber, step)) {
      findings.push(wrong('distribution', `new contact of ${which} is not the recipient's`));
    }
    people.after(step, line);
  }
  const last = steps.findLast(({ status }) => status === 'CONFIRMED');
  const isTold = last !== undefined && ours.lines.some((line) => isOf(line, last));
  return isTold ? [...findings, ...compareOwner(moved, last, contacts)] : findings;
}

/** The cultural contact is the one with the new owner's e-mail, under the owner's own name. */
function compareOwner({ ours, held }: MovedTicket, { recipient }: Step, contacts: ContactsByEmail): Finding[] {
  const number = ours.row['contact_number'] ?? null;
  const contact = contacts.get(recipient ?? '')?.find(({ contactNumber }) => contactNumber === number);
  if (contact === undefined || mailboxOf(ours.row['contact_email']) !== recipient) {
    return [wrong('cultural contact', "is not the contact with the new owner's e-mail")];
  }
  const isNamed = mailboxOf(held.owner.email) === recipient && hasText(held.owner['firstName'], held.owner['lastName']);
  return isPending(contact) && isNamed
    ? [wrong('cultural contact', 'still is «Pending CREATION», but TIXNGO tells the name')]
    : [];
}

/** Who may stand in the lines of one ticket. */
class People {
  /** The cultural contact at this time; null if only S-360 could tell who it was at first. */
  private culturalContact: string | null;
  private readonly spectator: ReadonlySet<string>;

  constructor(
    private readonly moved: MovedTicket,
    private readonly contacts: ContactsByEmail,
    private readonly created: ReadonlySet<string>,
  ) {
    const { contact_number: now } = moved.ours.row;
    this.culturalContact = hasNewOwner(moved.ours) || typeof now !== 'string' ? null : now;
    this.spectator = new Set(this.with(spectatorOf(moved.held)).map(({ contactNumber }) => contactNumber));
  }

  /** A sender whom S-360 does not know has the ticket from its cultural contact: a holder need not be a contact. */
  isSender(contactNumber: string | null, { sender }: Step): boolean {
    if (contactNumber === null) return this.culturalContact === null && this.with(sender).length === 0;
    const known = this.with(sender);
    if (known.some((contact) => contact.contactNumber === contactNumber)) return true;
    // A contact that somebody else's transfer has brought since was not there yet.
    if (!known.every(({ createdByInterface }) => createdByInterface)) return false;
    if (this.culturalContact !== null) return contactNumber === this.culturalContact;
    return this.moved.contactIsSpectator ? this.spectator.has(contactNumber) : !this.created.has(contactNumber);
  }

  /** Of several contacts with one e-mail, one with an internet account, and of those an individual. */
  isRecipient(contactNumber: string | null, { status, recipient }: Step): boolean {
    const known = this.with(recipient);
    if (contactNumber === null) return known.length === 0 && (status === 'CANCELLED' || recipient === null);
    const best = Math.max(...known.map(rankOf));
    return known.some((contact) => contact.contactNumber === contactNumber && rankOf(contact) === best);
  }

  after({ status }: Step, { newContactNumber }: DistributionLine): void {
    if (status === 'CONFIRMED') this.culturalContact = newContactNumber;
  }

  private with(mailbox: string | null): readonly S360Contact[] {
    return this.contacts.get(mailbox ?? '') ?? [];
  }
}

function rankOf({ hasInternetAccount, kind }: S360Contact): number {
  return (hasInternetAccount ? 2 : 0) + (kind === 'INDIVIDUAL' ? 1 : 0);
}

/** What TIXNGO told of the ticket's transfers, as it happened. */
function stepsOf(history: readonly TixngoEntry[]): Step[] {
  return history.flatMap(({ status: tixngoStatus, statusChangedAt: at, ownerEmail, transfer }, index) => {
    const status = lineOfStatus[tixngoStatus];
    // The same status again is a change of other data, and no second transfer.
    if (status === undefined || history[index - 1]?.status === tixngoStatus) return [];
    const recipient = transfer?.recipientEmail ?? (status === 'CONFIRMED' ? ownerEmail : null);
    return [{ status, at, sender: mailboxOf(transfer?.senderEmail), recipient: mailboxOf(recipient) }];
  });
}

function isOf({ status, changedAt }: DistributionLine, step: Step): boolean {
  return status === step.status && isSameMoment(changedAt, step.at);
}

function spectatorOf({ payload }: TixngoTicket): string | null {
  return mailboxOf((payload['spectatorDetails'] as { readonly email?: unknown } | undefined)?.email);
}

function hasText(...texts: readonly unknown[]): boolean {
  return texts.every((text) => typeof text === 'string' && text.trim() !== '');
}
