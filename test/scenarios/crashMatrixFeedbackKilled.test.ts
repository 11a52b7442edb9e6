import { describeFrozenWorkers, describeKilledWorkers } from '../support/crashStories.js';
import { feedbackCrashes } from '../support/feedbackCrashWorld.js';

describeKilledWorkers('nothing is stored twice and nothing is skipped', feedbackCrashes);
describeFrozenWorkers('nothing is stored twice and nothing is skipped by two at once', feedbackCrashes);
