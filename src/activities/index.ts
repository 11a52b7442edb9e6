import { createClosingActivities } from './closeFailedRun.js';
import type { ActivityDependencies } from './dependencies.js';
import { createDigitalPrivilegesActivities } from './digitalPrivilegesInjection.js';
import { createPushCancelledActivities } from './pushCancelled.js';
import { createPreviewActivities } from './preview.js';
import { createPushControlledActivities } from './pushControlled.js';
import { createMailActivities } from './sendMails.js';
import { createRetrieveActivities } from './retrieveTicketStatus.js';
import { createInjectionActivities } from './ticketsExternalPrinting.js';

/** Everything that a workflow may ask of the outside world. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...createInjectionActivities(dependencies),
    ...createPushCancelledActivities(dependencies),
    ...createPushControlledActivities(dependencies),
    ...createDigitalPrivilegesActivities(dependencies),
    ...createRetrieveActivities(dependencies),
    ...createPreviewActivities(dependencies),
    ...createClosingActivities(dependencies),
    ...createMailActivities(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
