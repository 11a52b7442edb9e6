import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** The repository that the tests run in. */
export const repository = resolve(import.meta.dirname, '../..');

/** A new folder with these files (path → text), deleted when the test ends. */
export function temporaryTree(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tree-')));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  plant(root, files);
  return root;
}

/** Writes files into a tree, over what is there. */
export function plant(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Copies files of the repository into a tree, and gives it the installed packages. */
export function lend(root: string, paths: string[]): void {
  for (const path of paths) cpSync(join(repository, path), join(root, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
}
