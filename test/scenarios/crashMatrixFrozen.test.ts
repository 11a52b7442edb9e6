import { describeFrozenWorkers } from '../support/crashStories.js';
import { pushCrashes } from '../support/pushCrashWorld.js';

describeFrozenWorkers('nothing is lost and nobody is told twice', pushCrashes);
