import { describe, expect, it } from 'vitest';
import { lockProblems } from '../../scripts/checks/lock.js';
import { problemLine } from '../../scripts/checks/report.js';
import { repository, temporaryTree } from './temporaryTree.js';

const goodManifest = { dependencies: { got: '14.6.6' }, devDependencies: { vitest: '4.1.12' } };
const goodPackages = {
  '': {},
  'node_modules/@temporalio/client': { version: '1.24.0' },
  'node_modules/@temporalio/worker': { version: '1.24.0' },
  'node_modules/protobufjs': { version: '8.7.1' },
  'node_modules/@grpc/proto-loader/node_modules/protobufjs': { version: '7.6.6' },
};

function problemsOf(manifest: object, packages: object): string[] {
  const root = temporaryTree({
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({ packages }),
  });
  return lockProblems(root).map(problemLine);
}

describe('check:lock', () => {
  it('finds nothing in this repository', () => {
    expect(lockProblems(repository)).toEqual([]);
  });

  it('finds nothing in a good lock', () => {
    expect(problemsOf(goodManifest, goodPackages)).toEqual([]);
  });

  it('names a version that is not exact', () => {
    const problems = problemsOf({ dependencies: { got: '^14.6.6' }, devDependencies: {} }, goodPackages);
    expect(problems).toEqual([expect.stringContaining('package.json, got: the version «^14.6.6» is not exact.')]);
  });

  it('names a package whose host stands in the lock', () => {
    const resolved = { version: '14.6.6', resolved: 'https://example.org/got-14.6.6.tgz' };
    const problems = problemsOf(goodManifest, { ...goodPackages, 'node_modules/got': resolved });
    expect(problems).toEqual([expect.stringContaining('node_modules/got: the lock names the host')]);
  });

  it('wants exactly one copy of protobufjs 8', () => {
    const second = { ...goodPackages, 'node_modules/@temporalio/proto/node_modules/protobufjs': { version: '8.6.0' } };
    expect(problemsOf(goodManifest, second)).toEqual([expect.stringContaining('there are 2')]);
    const { 'node_modules/protobufjs': _left, ...none } = goodPackages;
    expect(problemsOf(goodManifest, none)).toEqual([expect.stringContaining('there are 0')]);
  });

  it('wants one version of all Temporal packages', () => {
    const problems = problemsOf(goodManifest, {
      ...goodPackages,
      'node_modules/@temporalio/worker': { version: '1.23.0' },
    });
    expect(problems).toEqual([expect.stringContaining('the Temporal packages have different versions')]);
  });

  it('wants the builds for all platforms, which npm ci asks for', () => {
    const problems = problemsOf(goodManifest, {
      ...goodPackages,
      'node_modules/native': {
        version: '1.0.0',
        optionalDependencies: { 'native-here': '1.0.0', 'native-there': '1.0.0' },
      },
      'node_modules/native-here': { version: '1.0.0' },
    });
    expect(problems).toEqual([expect.stringContaining('npm ci refuses it: native-there.')]);
  });
});
