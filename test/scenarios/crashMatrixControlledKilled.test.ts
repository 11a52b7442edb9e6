import { describeFrozenWorkers, describeKilledWorkers } from '../support/crashStories.js';
import { controlCrashes } from '../support/pushCrashWorld.js';

describeKilledWorkers('nothing is lost and nobody is told twice', controlCrashes);
describeFrozenWorkers('nothing is lost and nobody is told twice by two at once', controlCrashes);
