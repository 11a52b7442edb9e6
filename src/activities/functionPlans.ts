import type { FunctionName } from '../domain/functions.js';
import type { StretchRequest } from '../domain/stretch.js';
import { ContactBooks } from './contactBook.js';
import type { ActivityDependencies } from './dependencies.js';
import { privilegesPlan } from './digitalPrivilegesInjection.js';
import type { FunctionPlan } from './functionRun.js';
import { cancellationPlan } from './pushCancelled.js';
import { controlPlan } from './pushControlled.js';
import { retrievePlanOf } from './retrieveTicketStatus.js';
import { injectionPlan } from './ticketsExternalPrinting.js';

type PlanOf = (dependencies: ActivityDependencies, request: StretchRequest) => Promise<FunctionPlan>;

/** Contacts that a preview only seems to create are known by nobody else. */
const previewedContacts = new ContactBooks();

const plans: Readonly<Record<FunctionName, PlanOf>> = {
  ticketsExternalPrinting: (dependencies, { input }) => injectionPlan(dependencies, input),
  pushCancelled: (dependencies, { input }) => cancellationPlan(dependencies, input),
  pushControlled: (dependencies, { input }) => controlPlan(dependencies, input),
  retrieveTicketStatus: (dependencies, request) => retrievePlanOf(dependencies, request, previewedContacts),
  digitalPrivilegesInjection: (dependencies, { input }) => privilegesPlan(dependencies, input),
};

/** How a preview works one stretch of a function: as a run does. */
export function planOf(
  dependencies: ActivityDependencies,
  name: FunctionName,
  request: StretchRequest,
): Promise<FunctionPlan> {
  return plans[name](dependencies, request);
}
