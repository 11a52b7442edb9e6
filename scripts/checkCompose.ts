import { composeProblems, dockerComposeProblems } from './checks/compose.js';
import { finish } from './checks/report.js';

const root = process.cwd();
finish(
  'check:compose',
  [...composeProblems(root), ...dockerComposeProblems(root)],
  'the containers agree with the code.',
);
