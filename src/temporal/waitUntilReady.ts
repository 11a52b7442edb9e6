import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from './say.js';
import type { Supervised } from './supervise.js';

const limitMilliseconds = 60_000;
const pauseMilliseconds = 100;

/** The server ended or stayed silent while it was to start. The message carries its last lines. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  constructor(what: string, lines: readonly string[], options?: ErrorOptions) {
    const words = lines.length === 0 ? ['  (it wrote nothing)'] : lines.slice(-15).map((line) => `  ${line}`);
    super([`${what}. Its last lines:`, ...words].join('\n'), options);
  }
}

/**
 * Asks `isReady` again and again until it no longer throws, for a minute at most; notices at once when the server
 * ends. Throws {@link ServerStartError}, the server being gone by then.
 */
export async function waitUntilReady(title: string, server: Supervised, isReady: () => Promise<void>): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, limitMilliseconds);
  try {
    const ending = await Promise.race([server.ended, askUntilReady(isReady, silence.signal)]);
    if (ending === null) return;
    throw new ServerStartError(`the ${title} ended while starting (${ending})`, server.lastLines());
  } catch (error) {
    if (error instanceof ServerStartError) throw error;
    await server.stop();
    const what = `the ${title} was not ready after ${limitMilliseconds / 1000} s (${messageOf(error)})`;
    throw new ServerStartError(what, server.lastLines(), { cause: error });
  } finally {
    silence.abort();
    clearTimeout(timer);
  }
}

/** Null once it is ready; throws the last reason why it was not when the signal comes first. */
async function askUntilReady(isReady: () => Promise<void>, signal: AbortSignal): Promise<null> {
  // Somebody else may answer on the port: a server that could not have it is gone after this pause.
  await pause(300);
  for (;;) {
    try {
      await isReady();
      return null;
    } catch (error) {
      if (signal.aborted) throw error;
      await pause(pauseMilliseconds);
    }
  }
}
