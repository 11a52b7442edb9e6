import { describeFaults } from '../support/crashStories.js';
import { feedbackCrashes } from '../support/feedbackCrashWorld.js';

describeFaults('nothing is stored twice and nothing is skipped', feedbackCrashes);
