import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Test files that take longest come first: begun last, they would leave the other workers with nothing to do. Those that compute a lot stand apart
 * from each other. Without a cache, as in CI, vitest goes by the size of a file, which says little here.
 */
const longest: readonly string[] = [
  'test/scenarios/terminateAndResetFeedback.test.ts',
  'test/scenarios/permission.test.ts',
  'test/scenarios/feedbackContacts.test.ts',
  'test/scenarios/errorInMidPage.test.ts',
  'test/scenarios/databaseLost.test.ts',
  'test/scenarios/terminateAndResetPushCancelled.test.ts',
  'test/scenarios/emailOnFailure.test.ts',
  'test/scenarios/manyDefinitions.test.ts',
  'test/demo/readme.test.ts',
  'test/scenarios/crashMatrixFeedbackKilled.test.ts',
  'test/scenarios/postponedFinal.test.ts',
  'test/scenarios/terminateAndResetInjection.test.ts',
  'test/scenarios/scale.test.ts',
  'test/scenarios/crashMatrix.test.ts',
  'test/scenarios/feedbackEventDay.test.ts',
  'test/scenarios/crashMatrixControlledAndPrivilegesKilled.test.ts',
  'test/demo/demo.test.ts',
  'test/scenarios/schedules.test.ts',
  'test/scenarios/pushCancelledHard.test.ts',
  'test/scenarios/gatesEventDay.test.ts',
  'test/scenarios/threeOrganizations.test.ts',
  'test/demo/npmStart.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((left, right) => place(left) - place(right));
  }
}
