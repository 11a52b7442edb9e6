import { describeKilledTemporal } from '../support/crashStories.js';
import { feedbackCrashes } from '../support/feedbackCrashWorld.js';

describeKilledTemporal('nothing is stored twice and nothing is skipped', feedbackCrashes);
