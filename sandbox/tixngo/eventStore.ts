import { isDeepStrictEqual } from 'node:util';
import type { EventPayload } from './ticketPayload.js';
import type { TixngoSettings } from './settings.js';

/** One event as TIXNGO holds it. Times are ISO 8601 in UTC. */
export interface EventRecord {
  readonly eventId: string;
  /** Its data: as first seen, with what later injections were allowed to overwrite. */
  readonly event: EventPayload;
  readonly createdBy: 'INJECTION' | 'EVENT_OPERATION';
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an injection did to its event. */
export type EventOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED';

/** All events by id. */
export class EventStore {
  readonly #byId = new Map<string, EventRecord>();

  get(eventId: string): EventRecord | undefined {
    return this.#byId.get(eventId);
  }

  all(): EventRecord[] {
    return [...this.#byId.values()];
  }

  create(event: EventPayload, createdBy: EventRecord['createdBy'], now: string): EventRecord {
    const record: EventRecord = { eventId: event.id, event, createdBy, createdAt: now, updatedAt: now };
    this.#byId.set(event.id, record);
    return record;
  }

  /** Replaces the data of an event that exists. */
  replace(previous: EventRecord, event: EventPayload, now: string): EventRecord {
    const record: EventRecord = { ...previous, event, updatedAt: now };
    this.#byId.set(previous.eventId, record);
    return record;
  }

  /**
   * An injection's view of its event: an unknown id creates it; in a known one only the fields that the organizer
   * lets a new injection overwrite are taken over, and a field that is absent overwrites nothing.
   *
   * Source: «S-360 to TIXNGO interface» (a new unique id creates an event), «TIXNGO, Understand S-360 variables for
   * tickets Injection» (column "can be overwritten via new injection").
   */
  takeFromInjection(
    event: EventPayload,
    overwritable: TixngoSettings['overwritableEventFields'],
    now: string,
  ): EventOutcome {
    const known = this.#byId.get(event.id);
    if (known === undefined) {
      this.create(event, 'INJECTION', now);
      return 'CREATED';
    }
    const changed = overwritable.filter((field) => {
      const value = event[field];
      return value !== undefined && value !== null && !isDeepStrictEqual(value, known.event[field]);
    });
    if (changed.length === 0) return 'UNCHANGED';
    const taken = Object.fromEntries(changed.map((field) => [field, event[field]]));
    this.replace(known, { ...known.event, ...taken }, now);
    return 'UPDATED';
  }
}
