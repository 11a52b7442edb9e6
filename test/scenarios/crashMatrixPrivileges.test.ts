import { describeFaults } from '../support/crashStories.js';
import { cancelledPrivilegeCrashes, privilegeCrashes } from '../support/privilegeCrashWorld.js';

describeFaults('nothing is lost and nobody is told twice', [...privilegeCrashes, ...cancelledPrivilegeCrashes]);
