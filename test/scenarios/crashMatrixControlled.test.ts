import { describeFaults } from '../support/crashStories.js';
import { controlCrashes } from '../support/pushCrashWorld.js';

describeFaults('nothing is lost and nobody is told twice', controlCrashes);
