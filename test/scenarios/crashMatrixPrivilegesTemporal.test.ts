import { describeKilledTemporal } from '../support/crashStories.js';
import { privilegeCrashes } from '../support/privilegeCrashWorld.js';

describeKilledTemporal('nothing is lost and nobody is told twice', privilegeCrashes);
