import { describe, expect, it } from 'vitest';

import { control, lookups, privileges, pushingFunctions, type Lookup } from '../support/pushingFunctions.js';
import { PushScene } from '../support/pushScene.js';

describe.concurrent.each(Object.keys(lookups) as Lookup[])(
  'a run that ends as ERROR in mid-page, with %s',
  (lookup) => {
    // What a look-up makes of it is shown with the other two.
    const functions = lookup === 'look-up by ids' ? [...pushingFunctions, control, privileges] : pushingFunctions;
    it.each(functions)(
      'announces nothing twice when S-360 refuses the marks of $name with 401 and then takes them',
      (fn) =>
        PushScene.play(fn, lookup, async (scene, ticketIds) => {
          await fn.offer(scene.world, ticketIds);
          const failed = await scene.startToWrite(6, ticketIds);
          scene.refuseMarks = true;
          scene.held.letGo();
          await expect(failed.result()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
          scene.refuseMarks = false;
          await scene.expectSettled(ticketIds);
        }),
      240_000,
    );
    it.each(functions)(
      'announces nothing twice when TIXNGO refuses the key of $name and then a worker has the new one',
      (fn) =>
        PushScene.play(fn, lookup, async (scene, ticketIds) => {
          await fn.offer(scene.world, ticketIds);
          const failed = await scene.startToWrite(6, ticketIds);
          await scene.world.tixngo('settings', { apiKey: 'new-key' });
          scene.held.letGo();
          await expect(failed.result()).rejects.toMatchObject({
            cause: { type: 'ACCESS_REFUSED', message: expect.stringMatching(/TIXNGO.*refused our key/s) as string },
          });
          await scene.work(lookup, 'new-key');
          await scene.expectSettled(ticketIds);
        }),
      240_000,
    );
  },
);

describe.concurrent('tickets held for a person after an ERROR in mid-page', () => {
  it.each(pushingFunctions)(
    'are sent by $name once whenInDoubt is "resend", and only those that TIXNGO had unmarked are told again, once',
    (fn) =>
      PushScene.play(fn, 'no look-up, hold', async (scene, ticketIds) => {
        await fn.offer(scene.world, ticketIds);
        const failed = await scene.startToWrite(6, ticketIds);
        scene.refuseMarks = true;
        scene.held.letGo();
        await expect(failed.result()).rejects.toMatchObject({ cause: { type: 'ACCESS_REFUSED' } });
        scene.refuseMarks = false;
        await scene.expectSettled(ticketIds, 'no look-up, resend');
      }),
    240_000,
  );
});
