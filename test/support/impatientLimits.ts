/** In place of src/workflows/stretchLimits.ts: as in production, but silence is noticed in seconds, so that a test need not wait longer. */
export const stretchLimits = {
  startToCloseTimeout: '5m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '5s',
} as const;

export const contactsLimits = { scheduleToCloseTimeout: '35s', startToCloseTimeout: '35s' } as const;
