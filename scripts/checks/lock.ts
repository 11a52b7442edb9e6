import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Problem } from './report.js';

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const REINSTALL = 'Run `npm install --ignore-scripts` with this repository’s .npmrc and commit the lock.';

/**
 * Problems of package.json and package-lock.json under `root`: versions that are not exact, a registry's host in the lock,
 * several copies of protobufjs 8 (the replay of a recorded history then fails: «type must be a Type»), Temporal packages of
 * different versions (the SDK refuses to mix them), optional packages of other platforms that the lock lacks.
 */
export function lockProblems(root: string): Problem[] {
  const manifest = packageSchema.parse(readJson(join(root, 'package.json')));
  const { packages } = lockSchema.parse(readJson(join(root, 'package-lock.json')));
  return [
    ...inexactVersions({ ...manifest.dependencies, ...manifest.devDependencies }),
    ...resolvedHosts(packages),
    ...protobufjsCopies(packages),
    ...temporalVersions(packages),
    ...missingPlatforms(packages),
  ];
}

type LockedPackages = z.output<typeof lockSchema>['packages'];

function inexactVersions(wanted: Record<string, string>): Problem[] {
  return Object.entries(wanted)
    .filter(([, version]) => !EXACT_VERSION.test(version))
    .map(([name, version]) => ({
      where: `package.json, ${name}`,
      what: `the version «${version}» is not exact.`,
      todo: 'Write the version that is installed, as 1.2.3.',
    }));
}

function resolvedHosts(packages: LockedPackages): Problem[] {
  return Object.entries(packages)
    .filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)
    .map(([path]) => ({
      where: `package-lock.json, ${path}`,
      what: 'the lock names the host that the package came from.',
      todo: REINSTALL,
    }));
}

function protobufjsCopies(packages: LockedPackages): Problem[] {
  const copies = Object.entries(packages).filter(
    ([path, entry]) => path.endsWith('node_modules/protobufjs') && entry.version?.startsWith('8.'),
  );
  if (copies.length === 1) return [];
  return [
    {
      where: 'package-lock.json, protobufjs',
      what: `there must be exactly one copy of protobufjs 8, and there are ${copies.length} (${copies.map(([path]) => path).join(', ') || 'none'}).`,
      todo: 'Set the dependency protobufjs to the version that the Temporal packages ask for, then install again.',
    },
  ];
}

function temporalVersions(packages: LockedPackages): Problem[] {
  const paths = Object.entries(packages).filter(([path]) => /node_modules\/@temporalio\/[\w-]+$/.test(path));
  const versions = [...new Set(paths.map(([, entry]) => entry.version))];
  if (versions.length <= 1) return [];
  return [
    {
      where: 'package-lock.json, @temporalio/*',
      what: `the Temporal packages have different versions: ${paths.map(([path, entry]) => `${path} ${entry.version ?? '?'}`).join(', ')}.`,
      todo: 'Set all of them to one version in package.json and install again.',
    },
  ];
}

/** A registry may lack a package's build for some platform: `npm install` then leaves it out, and `npm ci` refuses the lock. */
function missingPlatforms(packages: LockedPackages): Problem[] {
  const locked = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  return Object.entries(packages).flatMap(([path, entry]) => {
    const missing = Object.keys(entry.optionalDependencies).filter((name) => !locked.has(name));
    if (missing.length === 0) return [];
    return [
      {
        where: `package-lock.json, ${path}`,
        what: `the lock lacks optional packages of ${entry.version ?? '?'}, for which npm ci refuses it: ${missing.join(', ')}.`,
        todo: 'Choose in the overrides of package.json a version that has all its platforms.',
      },
    ];
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
