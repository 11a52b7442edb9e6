import { describeKilledTemporal } from '../support/crashStories.js';
import { privilegeCrashes } from '../support/privilegeCrashWorld.js';
import { controlDeaths } from '../support/pushCrashWorld.js';

describeKilledTemporal('nothing is lost and nobody is told twice', [...controlDeaths, ...privilegeCrashes]);
