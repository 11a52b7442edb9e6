/** `npm run compare`: reads both sandboxes and says whether they agree ticket by ticket. */
import { Command } from '@commander-js/extra-typings';

import { ConfigurationError, loadConfiguration } from '../src/config/load.js';
import { messageOf } from '../src/temporal/say.js';
import { compareSandboxes } from './comparer/compareSandboxes.js';
import { comparisonText } from './comparer/comparisonText.js';
import { comparerRules } from './comparer/rules.js';
import { CannotCompare } from './comparer/sandboxTickets.js';

const options = new Command('npm run compare --')
  .description('Compares the two sandboxes ticket by ticket. It reads them over HTTP and knows of no execution.')
  .option('--s360-url <url>', 'address of the S-360 sandbox (default: S360_URL, else http://127.0.0.1:8360)')
  .option('--tixngo-url <url>', 'address of the TIXNGO sandbox (default: TIXNGO_URL, else http://127.0.0.1:8361)')
  .option('--config <file>', 'interface configuration (default: INTERFACE_CONFIG, else the example)')
  .option('--fed-back', 'retrieve ticket status has run: what has not come back to S-360 is a difference', false)
  .option('--json', 'print the comparison as one line of JSON', false)
  .addHelpText('after', '\nExit status: 0 if they agree, 1 if they differ, 2 if they could not be compared.')
  .parse()
  .opts();

try {
  const environment = options.config === undefined ? process.env : { ...process.env, INTERFACE_CONFIG: options.config };
  const comparison = await compareSandboxes(
    {
      s360: options.s360Url ?? process.env['S360_URL'] ?? 'http://127.0.0.1:8360',
      tixngo: options.tixngoUrl ?? process.env['TIXNGO_URL'] ?? 'http://127.0.0.1:8361',
    },
    comparerRules(await loadConfiguration(environment)),
    { fedBack: options.fedBack },
  );
  process.stdout.write(`${options.json ? JSON.stringify(comparison) : comparisonText(comparison)}\n`);
  process.exitCode = comparison.agree ? 0 : 1;
} catch (error) {
  const known = error instanceof CannotCompare || error instanceof ConfigurationError;
  process.stderr.write(`${known ? error.message : `The comparison failed: ${messageOf(error)}`}\n`);
  process.exitCode = 2;
}
