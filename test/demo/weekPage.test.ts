import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { weekPage } from '../../demo/page/weekPage.js';
import { serviceCalls } from '../../demo/page/callRows.js';
import type { WeekPicture } from '../../demo/page/weekPicture.js';
import { temporaryTree } from '../scripts/temporaryTree.js';
import { chromiumBinary, openBrowser } from '../support/browser.js';

const workflowId = 'ticketsExternalPrinting/DEMO/FCDEMO/Ticket injection-2027-03-22T10:00:00Z';

/** Two days with three steps, an execution that ended as WARNING and one that waits beside another. */
const picture: WeekPicture = {
  about: '200 tickets <seed 1>',
  steps: [
    { atMs: 0, day: 'Monday', time: '09:00', caption: 'Sale', text: 'The box office sells 20 tickets.' },
    { atMs: 500, day: 'Monday', time: '10:00', caption: 'Injection', text: 'Ticket injection sends them.' },
    { atMs: 4_000, day: 'Saturday', time: '18:00', caption: 'Gates open', text: 'The gates let 30 people in.' },
  ],
  endMs: 9_000,
  samples: [
    { atMs: 0, s360: { NOT_PRINTED: 180, CANCELLED: 5 }, tixngo: {}, notifications: 0 },
    { atMs: 499, s360: { NOT_PRINTED: 200, CANCELLED: 5 }, tixngo: {}, notifications: 0 },
    {
      atMs: 3_999,
      s360: { NOT_PRINTED: 20, PRINTED: 180, CANCELLED: 5 },
      tixngo: { INJECTED: 180 },
      notifications: 180,
    },
    {
      atMs: 9_000,
      s360: { NOT_PRINTED: 20, PRINTED: 150, CONTROLLED: 30, CANCELLED: 5 },
      tixngo: { PENDING_TRANSFER: 1, PENDING: 2, DOWNLOADED: 147, CONTROLLED: 30, 'privilege ACTIVE': 7, STRANGE: 1 },
      notifications: 187,
    },
  ],
  runs: [
    {
      function: 'ticketsExternalPrinting',
      workflowId,
      url: 'http://127.0.0.1:8233/one?a=1&b=2',
      endState: 'WARNING',
      fromMs: 600,
      untilMs: 3_900,
      did: '180 tickets sent, 2 parked',
    },
    {
      function: 'pushCancelled',
      workflowId: 'pushCancelled/DEMO/FCDEMO/first',
      url: null,
      endState: 'OK',
      fromMs: 3_000,
      untilMs: 9_000,
      did: 'nothing to do',
    },
    {
      function: 'pushCancelled',
      workflowId: 'pushCancelled/DEMO/FCDEMO/second',
      url: null,
      endState: 'ERROR',
      fromMs: 4_000,
      untilMs: 5_000,
      did: 'TIXNGO_UNREACHABLE',
    },
  ],
  calls: [
    { atMs: 0, calls: { TIXNGO: 0 } },
    { atMs: 30_000, calls: { TIXNGO: 12, 'S-360 dataExportService': 50 } },
    { atMs: 61_000, calls: { TIXNGO: 20, 'S-360 dataExportService': 58 } },
    { atMs: 91_000, calls: { TIXNGO: 21, 'S-360 dataExportService': 60 } },
  ],
  callsPerMinute: { 'S-360 dataExportService': 60 },
  agreement: { agree: true, toldOnceEach: true, rows: [['tickets in S-360', '205']], differences: [] },
  staysUp: false,
};

describe('the page of a week', () => {
  const page = weekPage(picture);

  test('is one file: it asks for nothing from anywhere and has no script', () => {
    expect(page).not.toMatch(/<script|<link[^>]+stylesheet|@import|url\(|src=/);
    const links = Array.from(page.matchAll(/href="([^"]*)"/g), ([, link]) => link);
    expect(new Set(links)).toEqual(new Set(['data:,', 'http://127.0.0.1:8233/one?a=1&amp;b=2']));
    expect(page).toContain('200 tickets &lt;seed 1&gt;');
  });

  test('has every element id once, and a title and a description in every picture', () => {
    const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const drawings = Array.from(page.matchAll(/<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)">/g));
    // Six pictures, each for wide screens and for phones.
    expect(drawings).toHaveLength(12);
    for (const [, title, description] of drawings) {
      expect(page).toMatch(
        new RegExp(`<title id="${title ?? ''}">[^<]+</title><desc id="${description ?? ''}">[^<]+</desc>`),
      );
    }
  });

  test('never draws outside of a picture, nor a place that is no number', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined|width="-/);
  });

  test('takes the calls of each minute that ended at a sample, and says the busiest against its limit', () => {
    const [exports, tixngo] = serviceCalls(picture);
    expect(exports).toMatchObject({
      service: 'S-360 dataExportService',
      limit: 60,
      total: 60,
      lastMinute: [0, 50, 58, 10],
      busiest: 58,
    });
    expect(tixngo).toMatchObject({ service: 'TIXNGO', limit: null, lastMinute: [0, 12, 20, 9], busiest: 20 });
    expect(page).toContain('at most 58 of 60');
    expect(page).toContain('at most 20, no limit');
  });

  test('says in red what does not agree', () => {
    const differences = ['ticket 100  status: PRINTED in S-360, but DELETED in TIXNGO'];
    const bad = weekPage({
      ...picture,
      agreement: { ...picture.agreement, agree: false, toldOnceEach: false, differences },
    });
    expect(bad).toContain('<div class="verdict bad">');
    expect(bad).toContain('S-360 and TIXNGO do not agree.');
    expect(bad).toContain(`<li>${differences[0] ?? ''}</li>`);
    expect(page).not.toContain('verdict bad');
  });

  test.runIf(chromiumBinary !== undefined)(
    'is read in a browser: pictures, tables and links, wide and on a phone, light and dark, without the network',
    async () => {
      const file = join(temporaryTree({}), 'week.html');
      writeFileSync(file, page);
      const browser = await openBrowser();
      const tab = await browser.newPage();
      const wrong: string[] = [];
      tab.on('console', (message) => wrong.push(message.text()));
      tab.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
      });
      await tab.goto(`file://${file}`);
      expect(await tab.getByRole('heading', { level: 1 }).textContent()).toContain('One match week');
      expect(await tab.getByRole('img', { name: 'Tickets by state in TIXNGO' }).count()).toBe(1);
      expect(await tab.getByRole('link', { name: workflowId }).last().getAttribute('href')).toBe(
        'http://127.0.0.1:8233/one?a=1&b=2',
      );
      const table = tab.locator('details', { hasText: 'Tickets by state in TIXNGO, in numbers' });
      expect(await table.locator('table').isVisible()).toBe(false);
      await table.locator('summary').click();
      const last = await table.locator('tbody tr').last().locator('th, td').allTextContents();
      // CONTROLLED, on the move, DOWNLOADED, INJECTED, privilege, other.
      expect(last).toEqual(['3 Sat 18:00 Gates open', '30', '3', '147', '0', '7', '1']);

      const shades = new Set<string>();
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1280, 360]) {
          await tab.emulateMedia({ colorScheme });
          await tab.setViewportSize({ width, height: 800 });
          expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
          // One of the two drawings of each picture is shown.
          expect(await tab.locator('svg[role=img]:visible').count()).toBe(6);
        }
        shades.add(await tab.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
      }
      expect(shades.size).toBe(2);
      expect(wrong).toEqual([]);
      await browser.close();
    },
  );
});
