import { describeKilledTemporal } from '../support/crashStories.js';
import { pushCrashes } from '../support/pushCrashWorld.js';

describeKilledTemporal('nothing is lost and nobody is told twice', pushCrashes);
