/** How long a stretch may take, and how soon its silence is noticed; a module of its own, so that a test can notice sooner. */
export const stretchLimits = {
  startToCloseTimeout: '5m',
  // Silence is seen: after a quarter of an hour the run ends as ERROR and the next tick goes on.
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '30s',
} as const;

/** Contacts wait for their turn and for S-360 only so long: then the run ends, and the next one begins with the statuses again. */
export const contactsLimits = { scheduleToCloseTimeout: '2m', startToCloseTimeout: '2m' } as const;
