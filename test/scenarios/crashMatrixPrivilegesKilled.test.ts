import { describeFrozenWorkers, describeKilledWorkers } from '../support/crashStories.js';
import { privilegeCrashes } from '../support/privilegeCrashWorld.js';

describeKilledWorkers('nothing is lost and nobody is told twice', privilegeCrashes);
describeFrozenWorkers('nothing is lost and nobody is told twice by two at once', privilegeCrashes);
