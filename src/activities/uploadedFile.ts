import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { messageOf } from '../domain/messages.js';
import { isUploadName } from '../domain/overrideInput.js';
import { stop } from './failures.js';

/**
 * What an operator has put into the upload directory of the workers. Only plain files that lie there are read: whoever may start a workflow
 * must not see with it what else the worker can read.
 *
 * @param mostBytes no more is read, plus one: so that the caller sees that there is more
 * @throws a failure that stops the run: FILE_NOT_FOUND
 */
export async function readUpload(directory: string | undefined, name: string, mostBytes: number): Promise<Buffer> {
  const { sentence, action } = messageOf('FILE_NOT_FOUND');
  if (directory === undefined) {
    throw stop(
      'FILE_NOT_FOUND',
      `${sentence} The configuration has no uploadDirectory. Set it, restart every worker, put the file into it, and start again.`,
    );
  }
  if (!isUploadName(name)) throw stop('FILE_NOT_FOUND', `${sentence} Its name is not that of a file. ${action}`);
  try {
    const file = await openInside(directory, name);
    try {
      return await firstBytes(file, mostBytes + 1);
    } finally {
      await file.close();
    }
  } catch {
    throw stop('FILE_NOT_FOUND', `${sentence} Looked for ${name}. ${action}`);
  }
}

/** @returns null if the bytes are no UTF-8; a mark of the byte order at the beginning is left out */
export function utf8Text(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** A link may point within the directory (mounted volumes are made of such links), not out of it. */
async function openInside(directory: string, name: string): Promise<FileHandle> {
  const inside = await realpath(directory);
  const path = await realpath(join(inside, name));
  if (!path.startsWith(inside.endsWith(sep) ? inside : inside + sep)) throw new Error('it lies outside');
  // Not following, if it became a link meanwhile; not waiting, if it is a pipe that nobody writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error('it is no file');
}

async function firstBytes(file: FileHandle, most: number): Promise<Buffer> {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.min(size, most));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
