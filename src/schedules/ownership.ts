const managedBy = 's360-tixngo-interface';

/** By this memo a schedule is recognised as ours, whatever its id. */
export function memoOf(institution: string): Record<string, unknown> {
  return { managedBy, institution };
}

/** The institution whose schedule it is; null for a schedule that `schedules apply` has not made. */
export function ownerOf(memo: Readonly<Record<string, unknown>> | undefined): string | null {
  const institution = memo?.['institution'];
  return memo?.['managedBy'] === managedBy && typeof institution === 'string' ? institution : null;
}
