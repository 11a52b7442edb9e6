import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { cleanEnvironment, run } from '../demo/programs.js';
import { temporaryTree } from '../scripts/temporaryTree.js';
import { injection, pushCancelled, ScheduleScene } from '../support/scheduleScene.js';
import { World, type ConfigurationChange } from '../support/world.js';

let world: World;
let scene: ScheduleScene;
let file: string;

beforeEach(async () => {
  world = await World.start({ s360: { tickets: 1 } });
  scene = new ScheduleScene(world);
  file = join(temporaryTree({}), 'interface.json');
});

afterEach(async () => {
  await world.close();
});

/** Types a command, as a person would, in a terminal with this configuration. */
async function type(what: string, change?: ConfigurationChange): ReturnType<typeof run> {
  await writeFile(file, await world.configurationText(change));
  const own = ['S360_URL', 'TIXNGO_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
  const environment = cleanEnvironment({
    ...Object.fromEntries(own.map((name) => [name, world.environment[name] ?? ''])),
    INTERFACE_CONFIG: file,
    TASK_QUEUE: world.taskQueue,
  });
  return run(`npm run --silent start -- ${what}`, environment);
}

describe('npm start -- schedules', () => {
  it('plan shows, apply makes it so, and plan then has nothing to do; no key is needed', async () => {
    const plan = await type('schedules plan');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toContain(`+ ${scene.id(injection)}: to be created\n`);
    expect(plan.out).toContain('    frequency: 5 min\n');
    expect(plan.out).toContain(`    task queue: ${world.taskQueue}\n`);
    expect(await scene.exists(scene.id(injection))).toBe(false);

    const apply = await type('schedules apply');
    expect(apply).toMatchObject({ code: 0, err: '' });
    expect(apply.out).toContain(`+ ${scene.id(injection)}: created\n`);
    expect(await scene.exists(scene.id(injection))).toBe(true);

    const again = await type('schedules plan --json', { pushCancelled: { frequencyMinutes: 10 } });
    expect(again).toMatchObject({ code: 0, err: '' });
    const facts = JSON.parse(again.out);
    expect(facts).toMatchObject({ command: 'plan', counts: { create: 0, change: 1, delete: 0 } });
    expect(facts.schedules).toContainEqual(
      expect.objectContaining({
        id: scene.id(pushCancelled),
        change: 'change',
        differences: [{ field: 'frequency', old: '5 min', new: '10 min' }],
        paused: false,
        nextStarts: expect.arrayContaining([expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d0:\d\dZ$/)]),
      }),
    );
    expect((await type('schedules plan')).out).toMatch(/\nNothing to do: 0 to be created, .* \d as configured\.\n$/);
  });

  it('refuses with a sentence and status 1, and changes nothing', async () => {
    const invalid = await type('schedules apply', { function: { frequencyMinutes: 0 } });
    expect(invalid).toMatchObject({ code: 1, out: '' });
    expect(invalid.err).toMatch(/functions\[0\]\.frequencyMinutes: expected a whole number from 1 to 1440/);
    expect(await scene.exists(scene.id(pushCancelled))).toBe(false);

    expect(await type('schedules')).toMatchObject({
      code: 1,
      out: '',
      err: 'schedules: expected plan or apply, such as: npm start -- schedules plan\n',
    });

    await scene.client.create({
      scheduleId: scene.id(injection),
      spec: { endAt: new Date('2020-01-01T00:00:00Z') },
      action: { type: 'startWorkflow', workflowType: 'somebodyElses', taskQueue: world.taskQueue },
    });
    const taken = await type('schedules apply');
    expect(taken).toMatchObject({ code: 1, out: '' });
    expect(taken.err).toMatch(/^A schedule with the id .* is there already, and this command has not made it/);
    expect(taken.err).not.toContain('    at ');
    expect(await scene.exists(scene.id(pushCancelled))).toBe(false);
  });

  it('stands in the help', async () => {
    const { code, out } = await type('--help');
    expect(code).toBe(0);
    expect(out).toContain('npm start -- schedules plan: shows what');
    expect(out).toContain('npm start -- schedules apply: makes it so');
  });
});
