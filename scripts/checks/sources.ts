import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Problem } from './report.js';

/** A text that must not stand in this repository. Written in pieces, so that the check does not find itself. */
interface Forbidden {
  pattern: RegExp;
  what: string;
  todo: string;
}

const dot = String.raw`\.`;
const anyOf = (...names: string[]) => names.join('|');

const registryHosts = anyOf(
  `registry${dot}npmjs`,
  `registry${dot}yarnpkg`,
  `pypi${dot}(org|python)`,
  `pythonhosted${dot}org`,
  `(deb|security|ftp)${dot}debian${dot}org`,
  `proxy${dot}golang${dot}org`,
  `(index|static)${dot}crates${dot}io`,
  `repo1?${dot}maven`,
);

const tokens = anyOf(
  'gh[pousr]_[A-Za-z0-9]{30,}',
  'github_pat_[A-Za-z0-9_]{30,}',
  'glpat-[A-Za-z0-9_-]{15,}',
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[A-Za-z0-9_-]{30,}',
  'sk-[A-Za-z0-9_-]{30,}',
  'sk_live_[A-Za-z0-9]{10,}',
  'xox[abprs]-[A-Za-z0-9-]{10,}',
  'AKIA[A-Z0-9]{16}',
  'AIza[A-Za-z0-9_-]{30,}',
  `eyJ[A-Za-z0-9_-]{8,}${dot}eyJ[A-Za-z0-9_-]{8,}${dot}[A-Za-z0-9_-]{8,}`,
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
);

const forbidden: Forbidden[] = [
  {
    pattern: new RegExp(String.raw`(?<![\w.-])${['', 'work', ''].join('/')}`),
    what: 'a path of somebody’s machine.',
    todo: 'Name the file relative to this repository.',
  },
  {
    pattern: new RegExp(registryHosts, 'i'),
    what: 'the host name of a package registry.',
    todo: 'Leave the choice of the registry to the client’s own settings.',
  },
  {
    pattern: new RegExp(`(?<![A-Za-z0-9])(${tokens})`),
    what: 'something that looks like a key or a token.',
    todo: 'Revoke it if it is real, and take it from the environment.',
  },
  {
    pattern: new RegExp(String.raw`(?<![\w.-])/(home|Users)/(?!node\b)[\w.-]+`),
    what: 'somebody’s home directory.',
    todo: 'Name the file relative to this repository.',
  },
];

/** E-mail addresses in texts; a person is only ever invented, in a domain that is reserved for examples. */
const EMAIL = /[\p{L}0-9._%+-]+@((?:[\p{L}0-9-]+\.)+\p{L}{2,})/gu;
const RESERVED_DOMAIN = /(^|\.)(example\.(org|com|net)|example|test|invalid|localhost)$/i;

/**
 * Problems in the text of one file of the repository: paths of this or that machine, registries' hosts, keys and tokens,
 * e-mail addresses of real domains. `file` is relative to `root`.
 */
export function textProblems(root: string, file: string, text: string): Problem[] {
  return text.split('\n').flatMap((line, index) => {
    const where = `${file}:${index + 1}`;
    return [
      ...forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what, todo }) => ({ where, what: `the line has ${what}`, todo })),
      ...outsidePaths(root, file, line).map((path) => ({
        where,
        what: `the line points outside this repository («${path}»).`,
        todo: 'Say it here, or leave it out.',
      })),
      ...realAddresses(line).map((domain) => ({
        where,
        what: `the line has an e-mail address at «${domain}».`,
        todo: 'Invent one at example.org, example.com or example.net.',
      })),
    ];
  });
}

/** Problems in all `files` of the repository (paths relative to `root`); binary files are left out. */
export function sourceProblems(root: string, files: readonly string[]): Problem[] {
  return files
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return text.includes('\0') ? [] : textProblems(root, file, text);
    });
}

/** `../…/shared` that is not a folder of this repository, seen from the file or from the root. */
function outsidePaths(root: string, file: string, line: string): string[] {
  const up = [...line.matchAll(/(?:\.\.\/)+shared\b/g)].map(([path]) => path);
  return up.filter((path) => {
    const target = resolve(root, dirname(file), path);
    return relative(root, target).startsWith('..') || !existsSync(target);
  });
}

function realAddresses(line: string): string[] {
  return [...line.matchAll(EMAIL)]
    .filter(([address]) => !address.startsWith('git@'))
    .map(([, domain]) => domain ?? '')
    .filter((domain) => !RESERVED_DOMAIN.test(domain));
}
