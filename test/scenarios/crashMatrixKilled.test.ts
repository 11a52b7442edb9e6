import { describeKilledWorkers } from '../support/crashStories.js';
import { pushCrashes } from '../support/pushCrashWorld.js';

describeKilledWorkers('nothing is lost and nobody is told twice', pushCrashes);
