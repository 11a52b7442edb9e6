import { describeFrozenWorkers, describeKilledWorkers } from '../support/crashStories.js';
import { privilegeCrashes } from '../support/privilegeCrashWorld.js';
import { controlDeaths } from '../support/pushCrashWorld.js';

const crashes = [...controlDeaths, ...privilegeCrashes];

describeKilledWorkers('nothing is lost and nobody is told twice', crashes);
describeFrozenWorkers('nothing is lost and nobody is told twice by two at once', crashes);
