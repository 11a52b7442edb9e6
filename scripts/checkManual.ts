import { manualProblems } from './checks/manual.js';
import { finish } from './checks/report.js';

finish('check:manual', manualProblems(process.cwd()), 'every rule of the manual has its code and a test that passed.');
