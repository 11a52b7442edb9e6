import { setTimeout as pause } from 'node:timers/promises';

import { functionNames, type FunctionName } from '../../src/domain/functions.js';
import type { InterfaceState } from '../../src/domain/interfaceState.js';
import { AtSale, checkCounters, disagreements, type Disagreement } from './agreement.js';
import { Executions } from './executions.js';
import type { ModelWorld } from './modelWorld.js';
import { People } from './people.js';
import { Safety, Violation } from './safety.js';
import type { SharedWorkers } from './sharedWorkers.js';
import type { Meeting, PeopleStep, Step, Trouble } from './steps.js';

/** After so many rounds both systems agree, or never will. */
const mostRounds = 6;

const mostQueries = 20;
const queryPauseMs = 2_000;

/** A call that only reads waits so long for another function; one that writes is applied late, but before anybody counts on it never coming. */
const longestHoldMs = { reading: 12_000, writing: 4_000 };
const readingCalls = ['tickets.lookup', 'tickets.diff'];
const readingWord = /\.(executeExport|getFlaggingStatus|read|search\w*)$/;

/** Side by side those that do not wait for each other. */
const inTurn: readonly (readonly FunctionName[])[] = [
  ['ticketsExternalPrinting', 'digitalPrivilegesInjection'],
  ['pushControlled', 'pushCancelled'],
  ['retrieveTicketStatus'],
];

/** Steps after which TIXNGO may show something else though no function is at work. */
const inTixngo: readonly Step['do'][] = [
  'useCard',
  'downloadAll',
  'download',
  'goOn',
  'assign',
  'activate',
  'transfer',
  'accept',
  'refuse',
  'takeBack',
  'phonesOnline',
  'anHourPasses',
];

/** Plays one sequence: after every step nothing is wrong, and in the end everything is right. */
export class Play {
  readonly executions: Executions;
  private readonly people: People;
  private readonly safety: Safety;
  private readonly atSale: AtSale;

  constructor(
    private readonly model: ModelWorld,
    workers: SharedWorkers,
  ) {
    this.executions = new Executions(model, workers);
    this.people = new People(model);
    this.safety = new Safety(model);
    this.atSale = new AtSale(model);
  }

  async toTheEnd(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) {
        this.model.reach('steps');
        if (await this.step(step)) this.model.reach('steps that did something');
        if (step.do === 'tick' || step.do === 'tickAll' || this.executions.areAtWork) await this.look();
        else if (inTixngo.includes(step.do)) await this.safety.checkHistories();
      }
      await this.settle();
      const violations = this.model.world.violations();
      if (violations.length > 0) throw new Violation(`a sandbox broke its contract: ${violations.join('; ')}`);
    } finally {
      await this.model.calmWeather();
      await this.executions.end();
    }
  }

  /** @returns whether it did something at once: a fault does when it strikes */
  private async step(step: Step): Promise<boolean> {
    switch (step.do) {
      case 'tick':
        if (step.trouble !== null) await this.prepare(step.fn, step.trouble);
        await this.start(step.fn);
        if (step.waits) await this.executions.allDone();
        return true;
      case 'tickAll':
        await Promise.all(functionNames.map((fn) => this.start(fn)));
        await this.executions.allDone();
        return true;
      case 'fault':
        this.model.say(`the next ${step.at}: ${step.fault}`);
        await this.model.arm(step.at, step.fault);
        return false;
      case 'blow':
        return this.executions.strike(step.fn, step.blow);
      default:
        return this.act(step);
    }
  }

  /** The trouble waits for the call that it is about; if that does not come now, it comes some time. */
  private async prepare(fn: FunctionName, trouble: Trouble): Promise<void> {
    if ('fault' in trouble) {
      this.model.say(`the next ${trouble.at}: ${trouble.fault}`);
      return this.model.arm(trouble.at, trouble.fault);
    }
    const { at, when, what } = trouble;
    this.model.ambushes.push({
      at,
      when,
      strike: async () => {
        this.model.say(`(${when} ${at}:)`);
        this.model.reach('things that happen at the moment of a call');
        if (what.do === 'kill' || what.do === 'terminate' || what.do === 'reset')
          await this.executions.strike(fn, what);
        else if (what.do === 'function') await this.meet(at, what);
        else await this.act(what);
      },
    });
  }

  /** The call is held for as long as the other function is at work, but not for ever: that one may be waiting for whoever makes the call. */
  private async meet(at: string, { fn, first }: Meeting): Promise<void> {
    if (first !== null) await this.act(first);
    this.model.reach('functions that start during another one’s call');
    await this.atSale.note();
    const { done } = await this.executions.start(fn);
    const holdMs = isReading(at) ? longestHoldMs.reading : longestHoldMs.writing;
    const hasEnded = await Promise.race([
      done.then(() => true),
      new Promise<false>((resolve) =>
        setTimeout(() => {
          resolve(false);
        }, holdMs),
      ),
    ]);
    if (hasEnded) this.model.reach('functions that end during another one’s call');
  }

  private act(step: PeopleStep): Promise<boolean> {
    this.people.statuses = this.safety.statuses;
    return this.people.do(step);
  }

  private async look(): Promise<void> {
    await this.safety.check(() => this.executions.areQuiet && this.model.heldCalls === 0);
    const [failure] = this.executions.failures;
    if (failure !== undefined) throw new Violation(failure);
  }

  private async start(fn: FunctionName): Promise<void> {
    if (fn === 'retrieveTicketStatus') await this.atSale.note();
    await this.executions.start(fn);
  }

  /** The weather is calm, the phones are there, nobody does anything: the functions bring everything to agreement. */
  private async settle(): Promise<void> {
    const { model } = this;
    model.say('from now on the weather is calm and nobody does anything');
    await this.executions.allDone();
    await model.calmWeather();
    this.executions.isCalm = true;
    await this.people.do({ do: 'phonesOnline' });
    await this.people.do({ do: 'completeHolders' });
    await this.look();
    await this.atSale.note();
    for (let round = 1; ; round += 1) {
      const left = await disagreements(model, this.atSale);
      if (left.length === 0) break;
      if (round > mostRounds) throw new Violation(left.map(({ sentence }) => sentence).join('\n'));
      if (round > 1) await this.wakeParked(left);
      // One may wait for another: from the second round on all of them run, as their schedules start them.
      for (const functions of inTurn) {
        await Promise.all(
          functions.filter((fn) => round > 1 || left.some((one) => one.fn === fn)).map((fn) => this.start(fn)),
        );
        await this.executions.allDone();
      }
      await this.look();
    }
    await checkCounters(model);
    for (const status of this.safety.statuses.values()) model.reach(status);
    const { distributionsRecorded, contactsCreated } = await model.world.s360Counters();
    model.reach('lines of the distribution history', distributionsRecorded);
    model.reach('contacts created', contactsCreated);
  }

  /** Nobody answers while the workers of a kill are replaced. */
  private async stateOfInterface(): Promise<InterfaceState> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.model.world.interfaceState();
      } catch (error) {
        if (tries === mostQueries) throw error;
        await pause(queryPauseMs);
      }
    }
  }

  /** What is parked is tried again after minutes, or as soon as its record changes. */
  private async wakeParked(left: readonly Disagreement[]): Promise<void> {
    this.model.say(`not yet: ${left.map(({ sentence }) => sentence.split('\n')[0]).join('; ')}`);
    const { functions } = await this.stateOfInterface();
    const parked = Object.values(functions).flatMap((fn) => Object.values(fn.parked));
    const ticketIds = [...new Set(parked.map(({ ticketId }) => Number(ticketId)))];
    if (ticketIds.length === 0) return;
    this.model.say(
      `parked are ${parked.map(({ ticketId, code }) => `${ticketId} (${code})`).join(', ')}: their price changes`,
    );
    await this.model.world.s360('box-office/change-price', { ticketIds, price: 77_000 });
  }
}

function isReading(at: string): boolean {
  return readingCalls.includes(at) || readingWord.test(at);
}
