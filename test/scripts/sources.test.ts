import { describe, expect, it } from 'vitest';
import { problemLine } from '../../scripts/checks/report.js';
import { sourceProblems, textProblems } from '../../scripts/checks/sources.js';
import { temporaryTree } from './temporaryTree.js';

// Written in pieces, so that this file passes the check that it tests.
const planted = {
  machinePath: ['see ', 'work', 'main/notes.txt'].join('/'),
  outside: ['see ..', 'shared', 'design.md'].join('/'),
  home: ['in ', 'home', 'somebody/notes.txt'].join('/'),
  registry: `https://${['registry', 'npmjs', 'org'].join('.')}/got`,
  pythonRegistry: `https://${['pypi', 'org'].join('.')}/simple`,
  forgeToken: ['token: ghp', 'a1'.repeat(18)].join('_'),
  jwt: ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJkZW1vIn0', 'c2lnbmF0dXJl'].join('.'),
  privateKey: ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' '),
  address: ['write to jane.doe', 'gmail.com'].join('@'),
};

describe('check:sources', () => {
  it.each(Object.entries(planted))('finds what must not be committed: %s', (_what, line) => {
    const root = temporaryTree({});
    expect(textProblems(root, 'docs/page.md', `first line\n${line}\n`).map(problemLine)).toEqual([
      expect.stringContaining('docs/page.md:2: the line'),
    ]);
  });

  it('accepts invented people, relative imports and ordinary text', () => {
    const root = temporaryTree({ 'sandbox/shared/serve.ts': '' });
    const text = [
      'jane.doe@example.org, δοκιμή@mail.example.com',
      `import { serve } from '${['..', 'shared', 'serve.js'].join('/')}';`,
      'npm install got@14.6.6; git@github.com:owner/repository.git',
      'COPY --chown=node /home/node/app',
      'the framework/library and homework/task',
    ].join('\n');
    expect(textProblems(root, 'sandbox/s360/app.ts', text)).toEqual([]);
  });

  it('reads every listed file that still exists and leaves binary ones out', () => {
    const root = temporaryTree({ 'a.md': planted.address, 'b.png': `\0${planted.address}` });
    expect(sourceProblems(root, ['a.md', 'b.png', 'deleted.md'])).toHaveLength(1);
  });
});
