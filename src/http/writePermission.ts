/** Whether the execution that calls may still write: work can outlive its permission. */
export interface WritePermission {
  /** Before every write. @throws ApplicationFailure PERMISSION_LOST (retryable) */
  assertMine(): Promise<void>;
  /** Whether a write that was permitted may still begin: it may have waited since, for a connection or because the process stood still. */
  mayBegin(): boolean;
}
