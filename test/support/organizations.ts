import { startTixngoSandbox, type TixngoSandbox } from '../../sandbox/tixngo/sandbox.js';
import type { Around } from '../../sandbox/shared/operationSeam.js';
import type { FunctionName } from '../../src/domain/functions.js';
import type { RunResult } from '../../src/domain/stretch.js';
import { hook, World, type ConfigurationChange, type MobileTicket, type TixngoCounters } from './world.js';

/** S-360's limit for each of its services, and here also that of every TIXNGO organizer. */
export const callsPerMinute = 60;

export const allFunctions: readonly FunctionName[] = [
  'ticketsExternalPrinting',
  'pushCancelled',
  'pushControlled',
  'retrieveTicketStatus',
  'digitalPrivilegesInjection',
];

/** One organization of the institution, with a TIXNGO organizer of its own. */
export class Tenant {
  /** Calls that TIXNGO has taken and never answered, by operation. */
  readonly unanswered: string[] = [];
  private silent = false;

  private constructor(
    readonly code: string,
    readonly tixngo: TixngoSandbox,
  ) {}

  static async start(code: string): Promise<Tenant> {
    const around: Around = (call, apply) => tenant.answer(call.name, apply);
    const tixngo = await startTixngoSandbox({
      apiKey: `key-of-${code}`,
      organizerId: `organizer-${code}`,
      rateLimit: { callsPerMinute: null },
      strictNotifications: true,
      around,
    });
    const tenant = new Tenant(code, tixngo);
    return tenant;
  }

  get keyVariable(): string {
    return `TIXNGO_API_KEY_${this.code}`;
  }

  /** From now on TIXNGO takes every call and answers none. */
  fallSilent(): void {
    this.silent = true;
  }

  control<T>(path: string, body?: object): Promise<T> {
    return hook<T>(`${this.tixngo.controlUrl}/${path}`, body);
  }

  counters(): Promise<TixngoCounters> {
    return this.control<TixngoCounters>('counters');
  }

  async tickets(): Promise<MobileTicket[]> {
    return (await this.control<{ tickets: MobileTicket[] }>('tickets?limit=5000')).tickets;
  }

  private answer(operation: string, apply: () => Promise<Response>): Promise<Response> {
    if (!this.silent) return apply();
    this.unanswered.push(operation);
    return new Promise(() => undefined);
  }
}

/** An institution with several organizations: one S-360, and a TIXNGO organizer for each of them. */
export class Organizations {
  private constructor(
    readonly world: World,
    readonly tenants: readonly Tenant[],
    /** Institutions beside this one, as the configuration has them. */
    private readonly others: readonly object[],
  ) {}

  static async start(
    codes: readonly string[],
    options: {
      readonly tickets?: number;
      readonly configuration?: ConfigurationChange;
      readonly others?: readonly object[];
    } = {},
  ): Promise<Organizations> {
    const world = await World.start({
      s360: { tickets: options.tickets ?? 150, organizations: codes, checkAnswers: false },
      ...(options.configuration === undefined ? {} : { configuration: options.configuration }),
    });
    const tenants = await Promise.all(codes.map((code) => Tenant.start(code)));
    for (const { tixngo } of tenants) world.endWith(() => tixngo.close());
    return new Organizations(world, tenants, options.others ?? []);
  }

  tenant(code: string): Tenant {
    const found = this.tenants.find((tenant) => tenant.code === code);
    if (found === undefined) throw new Error(`no organization ${code}`);
    return found;
  }

  /** What no organization has is refused by none. @param limit of every service of S-360 and of every TIXNGO organizer */
  async change(limit: number | null): Promise<ConfigurationChange> {
    const whole = JSON.parse(await this.world.configurationText()) as {
      institutions: [{ s360: object; organizations: [{ interfaces: [object] }] }];
    };
    const [institution] = whole.institutions;
    const [organization] = institution.organizations;
    const [settings] = organization.interfaces;
    const own = {
      ...institution,
      s360: { ...institution.s360, callsPerMinute: limit },
      organizations: this.tenants.map(({ code, keyVariable, tixngo }) => ({
        code,
        inventoryOwner: code,
        interfaces: [
          {
            ...settings,
            url: tixngo.url,
            organizer: `organizer-${code}`,
            apiKeyVariable: keyVariable,
            callsPerMinute: limit,
          },
        ],
      })),
    };
    return { root: { institutions: [own, ...this.others] } };
  }

  /** The keys of all organizations; those that a test wants otherwise come last. */
  keys(otherwise: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return {
      ...Object.fromEntries(this.tenants.map(({ code, keyVariable }) => [keyVariable, `key-of-${code}`])),
      ...otherwise,
    };
  }

  /** From now on both systems count, and refuse what is too much. */
  async limit(): Promise<void> {
    const rateLimit = { callsPerMinute };
    await this.world.s360('settings', { rateLimit });
    for (const tenant of this.tenants) await tenant.control('settings', { rateLimit });
  }

  /** S-360's ids of an organization's tickets that are in TIXNGO and on no phone yet, in their order. */
  async injected(code: string): Promise<number[]> {
    const tickets = await this.tenant(code).tickets();
    return tickets.flatMap(({ ticketId, status }) => (status === 'INJECTED' ? [Number(ticketId)] : []));
  }

  run(organization: string, name: FunctionName, input: object = {}): Promise<RunResult> {
    return this.world.runFunction(name, { institution: this.world.institution, organization, ...input });
  }

  start(organization: string, name: FunctionName, input: object = {}) {
    return this.world.startFunction(name, { institution: this.world.institution, organization, ...input });
  }
}
