import { describeKilledTemporal } from '../support/crashStories.js';
import { controlCrashes } from '../support/pushCrashWorld.js';

describeKilledTemporal('nothing is lost and nobody is told twice', controlCrashes);
