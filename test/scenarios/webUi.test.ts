import { mkdirSync } from 'node:fs';

import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { chromiumBinary, openBrowser } from '../support/browser.js';
import { until, World } from '../support/world.js';

const uiUrl = inject('temporalUiUrl');

/** The summary, if there is one, and the details stand in frames of their own. */
async function openDetails(page: Page, text: string): Promise<FrameLocator> {
  await page.getByRole('tab', { name: 'User Metadata' }).click();
  const details = page.locator('iframe').last().contentFrame();
  await details.getByText(text).first().waitFor();
  return details;
}

/** A person's way: the Web UI in a real browser. Needs a Chromium (`.ci/run` installs one) and a server whose Web UI is known. */
describe.skipIf(chromiumBinary === undefined || uiUrl === null)('an engineer in the Web UI', () => {
  let world: World;
  let browser: BrowserContext;

  beforeAll(async () => {
    world = await World.start({ s360: { tickets: 200 } });
    await world.worker();
    browser = await openBrowser();
    mkdirSync('.reports', { recursive: true });
  });

  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  it('starts an injection with an empty input from the form that a link has filled, and reads its result in the details', async () => {
    const page = await browser.newPage();
    const workflowId = world.nextId();
    const namespace = `${String(uiUrl)}/namespaces/${inject('temporalNamespace')}`;
    const query = new URLSearchParams({
      workflowId,
      taskQueue: world.taskQueue,
      workflowType: 'ticketsExternalPrinting',
    });
    await page.goto(`${namespace}/workflows/start-workflow?${query.toString()}`);
    await page.getByText('Task Queue is Active').waitFor();
    await page.getByRole('button', { name: 'Start Workflow' }).last().click();
    const handle = world.client.workflow.getHandle(workflowId);
    await until(() =>
      handle.describe().then(
        () => true,
        () => false,
      ),
    );
    const result = (await handle.result()) as { counts: { sent: number } };
    expect(result.counts.sent).toBeGreaterThan(50);

    await page.goto(`${namespace}/workflows/${encodeURIComponent(workflowId)}`);
    const details = await openDetails(page, 'Tickets external printing');
    expect(await details.locator('body').innerText()).toMatch(
      new RegExp(`sent to TIXNGO\\s+${String(result.counts.sent)}`),
    );
    await page.screenshot({ path: '.reports/webUi-injection.png' });
  });

  it('pauses everything with the update form of the interface workflow, and sees who paused and why', async () => {
    const page = await browser.newPage();
    const namespace = `${String(uiUrl)}/namespaces/${inject('temporalNamespace')}`;
    await page.goto(`${namespace}/workflows/${encodeURIComponent(`interface/${world.institution}`)}`);
    await page.getByRole('button', { name: 'More Actions' }).click();
    await page.getByRole('menuitem', { name: 'Send an Update' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByTestId('update-select').locator('..').click({ force: true });
    await dialog.getByRole('option', { name: /^\s*pause/ }).click();
    await dialog.getByRole('listbox').waitFor({ state: 'hidden' });
    await dialog.getByRole('textbox').last().click();
    await page.keyboard.insertText('{"by":"on call","why":"gates first"}');
    // Leaving the field formats the JSON and moves the button.
    await dialog.getByText('Data', { exact: true }).click();
    await dialog.getByText('"gates first"').waitFor();
    await page.screenshot({ path: '.reports/webUi-pause.png' });
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await until(async () => Object.keys((await world.interfaceState()).pauses).length > 0);
    await page.reload();
    await openDetails(page, 'gates first');
    await page.screenshot({ path: '.reports/webUi-paused.png' });
    expect(Object.keys((await world.interfaceState()).pauses)).toEqual(['*']);
  });
});
