import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { ConfigurationError, exampleConfigurationFile, loadConfiguration } from '../src/config/load.js';
import type { Configuration } from '../src/config/schema.js';
import { projectRoot } from '../src/temporal/projectRoot.js';

/** The configuration that the demo's worker works with. */
export interface DemoConfiguration {
  readonly file: string;
  /** Deletes the file if it was made for this run. */
  remove(): Promise<void>;
}

/** What belongs to one run on a server that others use too. */
export interface OwnNames {
  readonly institution: string;
  readonly taskQueue: string;
}

/** Names that no other run has: neither its state nor its work can meet another one's. */
export function ownNames(): OwnNames {
  const run = randomBytes(3).toString('hex').toUpperCase();
  return { institution: `DEMO-${run}`, taskQueue: `s360-tixngo-demo-${run}` };
}

/** Minutes between the starts of a function that has no frequency of its own. */
const frequencyMinutes = 5;

/** The gates open when the week has come to Saturday, which is a minute or some from now, and close in the night. */
const eventBeginsAgoMs = 60 * 60_000;
const eventLastsMs = 6 * 60 * 60_000;

/**
 * A temporary copy of the file that `INTERFACE_CONFIG` names, else of the example: with `own` names if there are any, Saturday's match in the
 * calendar, every function launched by a schedule, and without the pause of a new state, since no worker of before can be left here.
 */
export async function demoConfiguration(
  environment: NodeJS.ProcessEnv,
  own: OwnNames | null,
): Promise<DemoConfiguration> {
  const given = environment['INTERFACE_CONFIG'] ?? '';
  const file = given === '' ? join(projectRoot(), exampleConfigurationFile) : resolve(given);
  // Checked before it is changed, so that a mistake is told with the name that its author knows.
  await loadConfiguration({ ...environment, INTERFACE_CONFIG: file });
  const copy = JSON.parse(await readFile(file, 'utf8')) as {
    pauseWhenStateIsNew?: boolean;
    institutions: {
      code: string;
      organizations: {
        interfaces: { eventCalendar?: object[]; functions: { launch?: string; frequencyMinutes?: number }[] }[];
      }[];
    }[];
  };
  copy.pauseWhenStateIsNew ??= false;
  const match = {
    name: 'Saturday’s match',
    from: new Date(Date.now() - eventBeginsAgoMs).toISOString(),
    until: new Date(Date.now() + eventLastsMs).toISOString(),
  };
  for (const institution of copy.institutions) {
    if (own !== null) institution.code = own.institution;
    for (const settings of institution.organizations.flatMap(({ interfaces }) => interfaces)) {
      settings.eventCalendar = [match];
      for (const fn of settings.functions) {
        fn.launch = 'automatic';
        fn.frequencyMinutes ??= frequencyMinutes;
      }
    }
  }
  const directory = await mkdtemp(join(tmpdir(), 's360-tixngo-demo-'));
  const copyFile = join(directory, 'interface.json');
  await writeFile(copyFile, JSON.stringify(copy, null, 2), { mode: 0o600 });
  return { file: copyFile, remove: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * The one institution and organization that the demo works for.
 *
 * @throws ConfigurationError if there are several, or if the configuration would lead the worker to anything but the demo's sandboxes
 */
export function demoPlace(
  configuration: Configuration,
  file: string,
  sandboxes: { readonly s360Url: string; readonly tixngoUrl: string },
): { readonly institution: Configuration['institutions'][number]; readonly organization: string } {
  const [institution, ...others] = configuration.institutions;
  const [organization, ...moreOrganizations] = institution?.organizations ?? [];
  if (institution === undefined || organization === undefined || others.length + moreOrganizations.length > 0) {
    throw new ConfigurationError(`The demo needs a configuration with one organization; ${file} has several.`);
  }
  const tixngoUrl = organization.interfaces[0]?.url;
  if (institution.s360.url !== sandboxes.s360Url || tixngoUrl !== sandboxes.tixngoUrl) {
    throw new ConfigurationError(
      `The demo writes to its own sandboxes only, but ${file} names other systems. Let it take the addresses from the environment: ` +
        '"url": "${S360_URL}" for S-360 and "url": "${TIXNGO_URL}" for TIXNGO, as the example does.',
    );
  }
  return { institution, organization: organization.code };
}
