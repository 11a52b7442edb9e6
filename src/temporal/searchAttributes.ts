import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * The search attributes of this project, by which operators filter the list of workflows in the Web UI.
 * Workflows import this file, so it depends on nothing but `@temporalio/common`.
 */
export const searchAttributes = {
  /** Institution whose tickets a run handles. */
  S360Institution: defineSearchAttributeKey('S360Institution', SearchAttributeType.KEYWORD),
  /** Organization within the institution. */
  S360Organization: defineSearchAttributeKey('S360Organization', SearchAttributeType.KEYWORD),
  /** Which of the interface functions a run performs. */
  S360Function: defineSearchAttributeKey('S360Function', SearchAttributeType.KEYWORD),
  /** How a run ended, in the operator's words. */
  EndState: defineSearchAttributeKey('EndState', SearchAttributeType.KEYWORD),
  /** Tickets the target accepted in this run. */
  TicketsSent: defineSearchAttributeKey('TicketsSent', SearchAttributeType.INT),
  /** Tickets set aside in this run, for a person to look at. */
  TicketsParked: defineSearchAttributeKey('TicketsParked', SearchAttributeType.INT),
} as const;

/** Temporal's own: the schedule that has started an execution, also when somebody triggered it. */
export const startedBySchedule = defineSearchAttributeKey('TemporalScheduledById', SearchAttributeType.KEYWORD);
