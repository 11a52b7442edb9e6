import type { SearchAttributePair } from '@temporalio/common';

import { functionTitles } from '../domain/functions.js';
import { searchAttributes } from '../temporal/searchAttributes.js';
import { calendarsOf } from './eventDayCalendars.js';
import { stillCounts } from './eventDays.js';
import type { WantedSchedule } from './wantedSchedules.js';

/** After an outage the executions of these last minutes are made up for, not those of a whole year: each takes whatever is there. */
const catchupWindowMs = 10 * 60_000;

/** A wanted schedule in the words of the SDK, for a new one as for an update. Events that are long over are left out. */
export function scheduleOptions(wanted: WantedSchedule, nowMs: number) {
  const { institution, organization, internalName, eventDays } = wanted;
  const attributes: SearchAttributePair[] = [
    { key: searchAttributes.S360Function, value: wanted.function },
    { key: searchAttributes.S360Institution, value: institution },
    { key: searchAttributes.S360Organization, value: organization },
  ];
  return {
    spec: {
      intervals: [{ every: wanted.everyMs, offset: wanted.offsetMs }],
      // A start that both name is one start.
      calendars: eventDays.filter((day) => stillCounts(day, nowMs)).flatMap(calendarsOf),
      ...(wanted.startAt === null ? {} : { startAt: wanted.startAt }),
      ...(wanted.endAt === null ? {} : { endAt: wanted.endAt }),
    },
    policies: { overlap: wanted.overlap, catchupWindow: catchupWindowMs, pauseOnFailure: false },
    action: {
      type: 'startWorkflow' as const,
      workflowType: wanted.function,
      // Temporal appends the time of the tick. The institution tells two from each other that have an organization of the same code.
      workflowId: `${wanted.function}/${institution}/${organization}/${internalName}`,
      taskQueue: wanted.taskQueue,
      args: [{ institution, organization, internalName }],
      typedSearchAttributes: attributes,
      staticSummary: `${functionTitles[wanted.function]} of ${organization}`,
      staticDetails: `Started by the schedule ${wanted.id}.`,
    },
  };
}
