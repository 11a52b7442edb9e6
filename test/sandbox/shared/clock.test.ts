import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { clockRoutes, createClock, type SandboxClock } from '../../../sandbox/shared/clock.js';

let machine = 0;
let clock: SandboxClock;
beforeEach(() => {
  machine = Date.parse('2027-01-01T00:00:00Z');
  clock = createClock(() => machine);
});
const shows = () => clock.now().toISOString();

describe('the clock of a sandbox', () => {
  it("shows the machine's time until somebody moves it", () => {
    machine += 1500;
    expect(shows()).toBe('2027-01-01T00:00:01.500Z');
    expect(clock.held).toBe(false);
  });

  it('stands still while it is held, and runs on from there', () => {
    clock.hold();
    machine += 60_000;
    expect(shows()).toBe('2027-01-01T00:00:00.000Z');
    clock.advance(1000);
    expect(shows()).toBe('2027-01-01T00:00:01.000Z');
    clock.run();
    machine += 500;
    expect(shows()).toBe('2027-01-01T00:00:01.500Z');
  });

  it('runs on from where it is set to', () => {
    clock.set(new Date('2030-06-01T00:00:00Z'));
    machine += 250;
    expect(shows()).toBe('2030-06-01T00:00:00.250Z');
    clock.advance(-1000);
    expect(shows()).toBe('2030-05-31T23:59:59.250Z');
    clock.reset();
    expect(clock.millis()).toBe(machine);
  });

  it('can be held at a moment', () => {
    clock.hold(new Date('2028-02-29T12:00:00Z'));
    machine += 9999;
    expect(shows()).toBe('2028-02-29T12:00:00.000Z');
    expect(clock.held).toBe(true);
  });
});

describe('the clock over HTTP', () => {
  const ask = async (body?: unknown) => {
    const app = new Hono().route('/sandbox/x', clockRoutes(clock));
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await app.request('/sandbox/x/clock', init);
    return { status: response.status, body: await response.json() };
  };

  it('is set, held, moved and released', async () => {
    expect(await ask({ now: '2027-03-28T02:00:00+01:00', hold: true, advanceSeconds: 1.5 })).toEqual({
      status: 200,
      body: { now: '2027-03-28T01:00:01.500Z', held: true },
    });
    machine += 77_000;
    expect((await ask()).body).toEqual({ now: '2027-03-28T01:00:01.500Z', held: true });
    expect((await ask({ hold: false })).body).toEqual({ now: '2027-03-28T01:00:01.500Z', held: false });
    expect((await ask({ now: null })).body).toEqual({ now: new Date(machine).toISOString(), held: false });
  });

  it.each([
    [{ now: '2027-03-28T02:00:00' }, 'now: expected an ISO 8601 date-time with offset'],
    [{ now: '2027-13-28T02:00:00Z' }, 'now: expected'],
    [{ hold: 'yes' }, 'hold: expected true or false'],
    [{ advanceSeconds: '5' }, 'advanceSeconds: expected a number'],
    [{ speed: 2 }, 'unknown field speed; known: now, hold, advanceSeconds'],
    [[], 'expected an object'],
  ])('refuses %j and stays as it is', async (body, sentence) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toContain(sentence);
    expect(clock.millis()).toBe(machine);
  });
});
