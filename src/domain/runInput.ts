/** What the inputs of all functions have in common: which function is meant, and what to leave out. */
export interface RunInput {
  /** Institution code, if the worker serves several. */
  readonly institution?: string | null;
  /** Organization code, if several are configured. */
  readonly organization?: string | null;
  /** Internal name of the function, if the organization has several of the kind. */
  readonly internalName?: string | null;
  /** Tickets to leave out: tax numbers, or `id:` and the ticket id, comma separated; added to the configured list. */
  readonly skipTickets?: string | null;
  /** Ends the run after so many tickets sent; the next one goes on. */
  readonly maxTicketsPerRun?: number | null;
}

/**
 * Whether an input is meant for one run only: what an operator tries with a key or a file of their own says nothing about the function, neither
 * that it fails nor that it works again.
 */
export function isForOneRun(
  input: RunInput & { readonly paginationKey?: unknown; readonly fileToUpload?: unknown },
): boolean {
  return (input.paginationKey ?? null) !== null || (input.fileToUpload ?? null) !== null;
}
