import { lockProblems } from './checks/lock.js';
import { finish } from './checks/report.js';

finish('check:lock', lockProblems(process.cwd()), 'versions are exact, and the lock names no host.');
