import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * How to run a module of this directory as a process of its own: with tsx from the sources, plainly from the build.
 * Gives the options for Node and the path of the module.
 */
export function ownProcess(name: string): { readonly execArgv: string[]; readonly file: string } {
  const extension = extname(import.meta.filename);
  const file = join(import.meta.dirname, `${name}${extension}`);
  if (extension !== '.ts') return { execArgv: [], file };
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return { execArgv: ['--import', pathToFileURL(tsx).href], file };
}
