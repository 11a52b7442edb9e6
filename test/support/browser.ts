import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type BrowserContext } from 'playwright-core';

const candidates = [
  process.env['CHROMIUM_BINARY'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a Chromium is installed here, or undefined. `.ci/run` installs one, so that the browser tests run there. */
export const chromiumBinary = candidates.find((path) => path !== undefined && existsSync(path));

/** A headless browser with a profile of its own, that calls nobody but the page. */
export async function openBrowser(): Promise<BrowserContext> {
  if (chromiumBinary === undefined) throw new Error('no Chromium is installed');
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumBinary,
    headless: true,
    viewport: { width: 1400, height: 1000 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.on('close', () => {
    // Chromium may still be writing its last files.
    setTimeout(() => {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }, 500);
  });
  return context;
}
