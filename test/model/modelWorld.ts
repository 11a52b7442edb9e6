import type { Around } from '../../sandbox/shared/operationSeam.js';
import type { FaultRule } from '../../sandbox/shared/faultRules.js';
import { World, type MobileTicket, type SandboxTicket } from '../support/world.js';
import { struck } from './dangers.js';
import { faults, type FaultName } from './steps.js';
import { Truth } from './truth.js';

/** What is to happen once, at the next call of that name. */
export interface Ambush {
  readonly at: string;
  readonly when: 'before' | 'after';
  readonly strike: () => Promise<void>;
}

/** A status of a ticket that TIXNGO has told. */
export interface HistoryEntry {
  readonly status: string;
  readonly statusChangedAt: string;
}

/** A digital privilege as the TIXNGO sandbox tells the whole truth about it. */
export interface MobilePrivilege {
  readonly privilegeId: string;
  readonly status: string;
  readonly notifications: number;
  readonly ticketIds: readonly string[];
  readonly controlledAt: string | null;
  readonly deletion: { readonly reason: string } | null;
}

interface ArmedFault {
  readonly at: string;
  readonly fault: FaultName;
}

/** An institution of its own, with both sandboxes and all that people know about it, for one sequence. */
export class ModelWorld {
  readonly truth = new Truth();
  /** What was done, in words. */
  readonly said: string[] = [];
  /** How often something happened that the sequences are about: if it never does, they show nothing. */
  readonly reached = new Map<string, number>();
  ambushes: Ambush[] = [];
  /** So many calls are held at this moment: what they were to write may come yet. */
  heldCalls = 0;
  private faults: ArmedFault[] = [];
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(readonly world: World) {}

  static async start(): Promise<ModelWorld> {
    // The sandboxes are asked from the first moment; until then nothing lies in wait.
    let around: Around = (_call, apply) => apply();
    const lieInWait: Around = (call, apply) => around(call, apply);
    const world = await World.start({
      s360: { tickets: 0, checkAnswers: false, around: lieInWait },
      tixngo: { strictNotifications: true, checkAnswers: false, around: lieInWait },
    });
    const model = new ModelWorld(world);
    around = model.around;
    return model;
  }

  get institution(): string {
    return this.world.institution;
  }

  say(words: string): void {
    this.said.push(words);
  }

  reach(what: string, times = 1): void {
    this.reached.set(what, (this.reached.get(what) ?? 0) + times);
  }

  /** People act and are looked at one after the other, whatever calls are under way. */
  inTurn<Done>(act: () => Promise<Done>): Promise<Done> {
    const turn = this.queue.then(act);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private readonly around: Around = async (call, apply) => {
    const ambush = this.ambushes.find(({ at }) => at === call.name);
    if (ambush === undefined) return apply();
    this.ambushes = this.ambushes.filter((other) => other !== ambush);
    // Who calls may give up meanwhile; what has been sent is there all the same.
    await call.context.req.arrayBuffer();
    this.heldCalls += 1;
    try {
      if (ambush.when === 'before') await ambush.strike();
      const answer = await apply();
      if (ambush.when === 'after') await ambush.strike();
      return answer;
    } finally {
      this.heldCalls -= 1;
    }
  };

  /** The next call of that name meets it, instead of what was to befall it before; those that wait for other calls go on waiting. */
  async arm(at: string, fault: FaultName): Promise<void> {
    const system = systemOf(at);
    await this.forgetStruck(system);
    this.faults = [...this.faults.filter((one) => one.at !== at), { at, fault }];
    const rules = this.faults
      .filter((one) => systemOf(one.at) === system)
      .map((one): FaultRule => ({ operation: one.at, fault: faults[one.fault], first: 1 }));
    await this.world[system]('faults', { rules });
  }

  async calmWeather(): Promise<void> {
    this.ambushes = [];
    await Promise.all([this.forgetStruck('s360'), this.forgetStruck('tixngo')]);
    this.faults = [];
    await Promise.all([this.world.s360('faults', { rules: [] }), this.world.tixngo('faults', { rules: [] })]);
  }

  /** A fault strikes once. */
  private async forgetStruck(system: 's360' | 'tixngo'): Promise<void> {
    const { rules } = await this.world[system]<{ rules: { operation: string; fired: number }[] }>('faults');
    const hit = new Set(rules.filter(({ fired }) => fired > 0).map(({ operation }) => operation));
    const gone = this.faults.filter(({ at }) => systemOf(at) === system && hit.has(at));
    this.reach('faults', gone.length);
    this.reach('steps that did something', gone.length);
    for (const { at, fault } of gone) this.reach(struck(at, fault));
    this.faults = this.faults.filter((one) => !gone.includes(one));
  }

  async s360Tickets(): Promise<SandboxTicket[]> {
    return (await this.world.s360<{ tickets: SandboxTicket[] }>('tickets?limit=5000')).tickets;
  }

  async mobileTickets(): Promise<MobileTicket[]> {
    return (await this.world.tixngo<{ tickets: MobileTicket[] }>('tickets?limit=5000')).tickets;
  }

  async privileges(): Promise<MobilePrivilege[]> {
    return (await this.world.tixngo<{ privileges: MobilePrivilege[] }>('privileges?limit=5000')).privileges;
  }

  async histories(): Promise<ReadonlyMap<number, readonly HistoryEntry[]>> {
    const { histories } = await this.world.tixngo<{ histories: { ticketId: string; entries: HistoryEntry[] }[] }>(
      'tickets/history?limit=5000',
    );
    return new Map(histories.map(({ ticketId, entries }) => [Number(ticketId), entries]));
  }
}

/** The tickets of a card, as S-360 has them. */
export function linkedIds(ticket: SandboxTicket | undefined): readonly string[] {
  const linked = (ticket?.row['linked_ticket_ids'] as string | null | undefined) ?? '';
  return linked.split(',').filter((one) => one !== '');
}

function systemOf(operation: string): 's360' | 'tixngo' {
  const ofTixngo = ['tickets.', 'privileges.', 'privilegeDefinitions.'];
  return ofTixngo.some((prefix) => operation.startsWith(prefix)) ? 'tixngo' : 's360';
}
