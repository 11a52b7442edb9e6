import { resolveFunction, type ResolvedPlace } from '../config/resolve.js';
import { isForOneRun } from '../domain/inputShapes.js';
import type { FailureRequest, RunPlace } from '../domain/stretch.js';
import type { ActivityDependencies } from './dependencies.js';
import { caller, notifyOf, permissionOf, placeOf, settlingPauseMs } from './functionRun.js';

/** The end of a failed run, for every function. */
export function createClosingActivities(dependencies: ActivityDependencies) {
  return {
    /** Ends a run as ERROR. @returns where it ran, or null if the input names nothing that is configured */
    async closeFailedRun(request: FailureRequest): Promise<RunPlace | null> {
      let resolved: ResolvedPlace;
      try {
        resolved = resolveFunction(dependencies.configuration, request.function, request.input);
      } catch {
        return null;
      }
      const { execution, writer } = caller();
      await permissionOf(dependencies, resolved).close({
        organization: resolved.organization.code,
        function: request.function,
        execution,
        writer,
        internalName: resolved.function.internalName,
        endState: 'ERROR',
        endOfQueue: false,
        counts: request.counts,
        message: request.message,
        forOneRun: isForOneRun(request.function, request.input),
        code: request.code,
        notify: notifyOf(resolved),
        settlingPauseMs: settlingPauseMs(dependencies),
      });
      return placeOf(resolved);
    },
  };
}
