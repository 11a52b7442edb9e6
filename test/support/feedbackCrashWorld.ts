import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

import type { Strike } from './crashSite.js';
import { CrashWorld, temporalAddressFor, type CrashCase, type CrashWorldOptions } from './crashWorld.js';
import { expectFeedbackAgreement } from './feedbackAgreement.js';
import { FeedbackCrashSite, feedbackPoints, type FeedbackPoint } from './feedbackCrashSite.js';
import { retrieveUntilQuiet } from './feedbackRuns.js';
import { viewS360, type S360View } from './feedbackView.js';
import { World, type ConfigurationChange } from './world.js';

/** Every group of tickets goes through the same; its entries are just one page. */
const groups = 4;
const groupSize = 5;
const entriesOfAGroup = 16;

/** Two e-mails in a call, so that a page needs several searches and several creations. */
const usualConfiguration: ConfigurationChange = {
  s360: { contactsPerCall: 2 },
  retrieve: { batchSize: entriesOfAGroup },
};

/** A world in which a run of the feedback has four pages before it, each with transfers to strangers, to each other and to people whom S-360 knows. */
export class FeedbackCrashWorld extends CrashWorld {
  private before: S360View | null = null;
  private early: WorkflowHandle | null = null;

  private constructor(
    world: World,
    override readonly site: FeedbackCrashSite,
    temporalAddress: string,
  ) {
    super(world, site, temporalAddress, usualConfiguration);
  }

  static async start(
    point: FeedbackPoint,
    strike: (of: CrashWorld) => Strike,
    options: CrashWorldOptions = {},
  ): Promise<FeedbackCrashWorld> {
    // Nothing is struck before the world is there and armed.
    const site: FeedbackCrashSite = new FeedbackCrashSite(point, async (apply) => strike(started)(apply));
    const world = await World.start({
      ...options,
      s360: { tickets: 100, checkAnswers: false, around: site.around },
      tixngo: { checkAnswers: false, around: site.around },
      configuration: { ...usualConfiguration, ...options.configuration },
    });
    const temporalAddress = await temporalAddressFor(world, site, options.proxied);
    const started: FeedbackCrashWorld = new FeedbackCrashWorld(world, site, temporalAddress);
    return started;
  }

  override async prepare(): Promise<void> {
    const { world } = this;
    await world.run();
    this.before = await viewS360(world);
    this.early = await world.startRetrieve();
    await this.early.result();
    const ids = (await world.mobileTickets()).map(({ ticketId }) => ticketId);
    const owners = new Map((await world.mobileTickets()).map(({ ticketId, owner }) => [ticketId, owner.email]));
    expect(ids.length).toBeGreaterThanOrEqual((groups + 1) * groupSize);
    const entriesBefore = await this.entries();
    for (let group = 0; group < groups; group += 1) {
      const ticketIds = ids.slice(group * groupSize, (group + 1) * groupSize);
      const ownOf = ticketIds.map((id) => owners.get(id) ?? '');
      // Somebody whom S-360 knows, and who has none of these tickets.
      const known = ids
        .slice(groups * groupSize)
        .map((id) => owners.get(id) ?? '')
        .find((email) => !ownOf.includes(email));
      const page = await this.happen(group, ticketIds, ownOf[1] ?? '', known ?? '');
      if (group === 1) this.site.arm(page);
    }
    expect((await this.entries()) - entriesBefore).toBe(groups * entriesOfAGroup);
  }

  /** An execution that has ended before the one that is struck. */
  get finished(): WorkflowHandle {
    if (this.early === null) throw new Error('the world is not prepared');
    return this.early;
  }

  override start(): Promise<WorkflowHandle> {
    return this.world.startRetrieve();
  }

  override async untilQuiet(): Promise<void> {
    await retrieveUntilQuiet(this.world);
  }

  override async expectAgreement(): Promise<void> {
    if (this.before === null) throw new Error('the world is not prepared');
    await expectFeedbackAgreement(this.world, this.before);
  }

  /** Downloads, and a transfer of each kind: accepted by strangers, given back, accepted by somebody known, refused, pending. */
  private async happen(group: number, ticketIds: readonly string[], ownerOfSecond: string, known: string) {
    const stranger = (name: string): string => `${name}.${String(group)}@strangers.example`;
    const shared = group % 2 === 0 ? 'shared@strangers.example' : 'Shared@Strangers.example';
    const recipients = [stranger('first'), stranger('second'), known, shared, stranger('fifth')];
    const [first, second, third, fourth] = ticketIds;
    await this.act('phones/download', { ticketIds });
    await this.act('spectators/transfer', { ticketIds, recipientEmails: recipients });
    await this.act('spectators/accept', { ticketIds: [first, second, third] });
    await this.act('spectators/refuse', { ticketIds: [fourth] });
    await this.act('spectators/transfer', { ticketIds: [second], recipientEmails: [ownerOfSecond] });
    await this.act('spectators/accept', { ticketIds: [second] });
    return {
      ticketIds: new Set(ticketIds.map(Number)),
      recipients: new Set([stranger('first'), stranger('second'), stranger('fifth')]),
    };
  }

  private async act(path: string, body: object): Promise<void> {
    await this.world.tixngo(path, body);
  }

  private async entries(): Promise<number> {
    return (await this.world.tixngo<{ readonly entries: number }>('diff')).entries;
  }
}

/** Every point between two effects of the feedback. */
export const feedbackCrashes: readonly CrashCase[] = feedbackPoints.map((point) => ({
  fn: 'retrieve ticket status',
  point,
  meanwhile: null,
  start: (strike, options) => FeedbackCrashWorld.start(point, strike, options),
}));
