/** Something about a ticket that is not the same in both systems. */
export interface Finding {
  readonly field: string;
  /** Never the value of a personal field. */
  readonly what: string;
  /** Only that TIXNGO's news have not come back to S-360 yet, in a few words; null if it is wrong in any case. */
  readonly notFedBack: string | null;
}

export function wrong(field: string, what: string): Finding {
  return { field, what, notFedBack: null };
}

export function behind(notFedBack: string, field: string, what: string): Finding {
  return { field, what, notFedBack };
}

/** A moment, however it is written. */
export function isSameMoment(left: string, right: string): boolean {
  return Date.parse(left) === Date.parse(right);
}
