import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { inject } from 'vitest';

/** The file with a workflow bundle that all test processes share: whoever needs it first makes it. */
export async function sharedBundle(name: string, make: () => Promise<string>): Promise<string> {
  const folder = inject('bundleFolder');
  const file = join(folder, `${name}.js`);
  const isThere = await stat(file).then(
    () => true,
    () => false,
  );
  if (isThere) return file;
  await mkdir(folder, { recursive: true });
  const own = join(folder, `${name}-${randomBytes(4).toString('hex')}.js`);
  await writeFile(own, await make());
  // Two may make it at the same time: both are the same, and it is whole whenever it is there.
  await rename(own, file);
  return file;
}
