import { isTemporary, mailbox, type Contact, chosenContact } from '../domain/culturalContact.js';

/** A contact as far as the feedback needs it. */
export interface KnownContact {
  readonly contactNumber: string;
  readonly temporary: boolean;
}

/** More e-mails than a run of an event day meets are looked up again. */
const mostKnown = 100_000;

/**
 * The contacts that a run has found or created, by mailbox. It lives in the worker's memory and dies with it: another worker looks up again.
 * That an e-mail has no contact is never remembered.
 */
export class ContactBook {
  private readonly known = new Map<string, KnownContact>();

  get(box: string | null): KnownContact | null {
    return box === null ? null : (this.known.get(box) ?? null);
  }

  set(box: string, contact: KnownContact): void {
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(box, contact);
  }

  /** Takes in the answer of a search. */
  learn(contacts: readonly Contact[]): void {
    const byBox = new Map<string, Contact[]>();
    for (const contact of contacts) {
      const box = mailbox(contact.email);
      if (box !== null) byBox.set(box, [...(byBox.get(box) ?? []), contact]);
    }
    for (const [box, found] of byBox) {
      const chosen = chosenContact(found);
      if (chosen !== null) {
        this.set(box, { contactNumber: chosen.contactNumber, temporary: isTemporary(chosen) });
      }
    }
  }
}

const mostBooks = 4;

/** One book for a run, however many stretches it has on this worker. */
export class ContactBooks {
  private readonly books = new Map<string, ContactBook>();

  /** A later attempt goes on with it: what an earlier one has created, S-360's search may not find yet. */
  of(runId: string): ContactBook {
    const book = this.books.get(runId) ?? new ContactBook();
    this.books.delete(runId);
    this.books.set(runId, book);
    for (const oldest of this.books.keys()) {
      if (this.books.size <= mostBooks) break;
      this.books.delete(oldest);
    }
    return book;
  }
}
