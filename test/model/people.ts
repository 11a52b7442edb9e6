import { linkedIds, type ModelWorld } from './modelWorld.js';
import type { PeopleStep } from './steps.js';
import { isGone, type TrueTicket } from './truth.js';

/** Statuses in which the owner of a ticket can do with it as he likes. */
const atHand = ['DOWNLOADED', 'ASSIGNED', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED'];

interface Sold {
  readonly ticketIds: readonly number[];
}

/** What TIXNGO says of an act of people: how many tickets it has reached. */
interface Acted {
  readonly done?: number;
  readonly downloaded?: number;
}

function hasActed({ done, downloaded }: Acted): boolean {
  return (done ?? downloaded ?? 0) > 0;
}

/** Does what people do in one step, in both systems and in the truth, and says it in words. */
export class People {
  /** TIXNGO's statuses as they were seen last: whoever has a ticket at hand is likelier to do something with it. */
  statuses: ReadonlyMap<number, string> = new Map();

  private didSomething = false;

  constructor(private readonly model: ModelWorld) {}

  /** @returns false if nothing came of it */
  do(step: PeopleStep): Promise<boolean> {
    return this.model.inTurn(async () => {
      this.didSomething = false;
      await this.act(step);
      return this.didSomething;
    });
  }

  private async act(step: PeopleStep): Promise<void> {
    const { truth } = this.model;
    const tickets = (condition: (ticket: TrueTicket) => boolean) => truth.where((one) => !one.isCard && condition(one));
    const cards = (condition: (ticket: TrueTicket) => boolean) => truth.where((one) => one.isCard && condition(one));
    const lives = (ticket: TrueTicket): boolean => !isGone(ticket);
    switch (step.do) {
      case 'sell': {
        const { ticketIds } = await this.s360<Sold>('box-office/sell', { count: step.count });
        truth.sold(ticketIds);
        this.say(`the box office sells ${ids(ticketIds)}`);
        return;
      }
      case 'sellCard': {
        const order = { count: 1, kind: step.card, tickets: step.card === 'MEMBERSHIP_CARD' ? 0 : step.tickets };
        const { cards: sold } = await this.s360<{ cards: { ticketId: number; ticketIds: number[] }[] }>(
          'box-office/sell-cards',
          order,
        );
        for (const card of sold) {
          truth.sold([card.ticketId], true);
          truth.sold(card.ticketIds);
          this.say(`the box office sells ${step.card} ${card.ticketId} with ${ids(card.ticketIds)}`);
        }
        return;
      }
      case 'addTicketToCard':
        return this.with(step, cards(lives), async (card) => {
          const { ticketIds } = await this.s360<Sold>('box-office/add-card-tickets', { ticketId: card.id, count: 1 });
          truth.sold(ticketIds);
          card.linksChanged += 1;
          this.say(`the box office adds ${ids(ticketIds)} to card ${card.id}`);
        });
      case 'cancel':
      case 'cancelCard':
        return this.with(step, (step.do === 'cancel' ? tickets : cards)(lives), async ({ id }) => {
          await this.s360('box-office/cancel', { ticketIds: [id], cause: step.cause });
          truth.gone(id, 'CANCELLED', step.cause);
          this.say(`the box office cancels ${id} (${step.cause})`);
        });
      case 'giveBack':
        return this.with({ which: 0 }, tickets(lives).reverse(), async ({ id }) => {
          await this.s360('box-office/cancel', { ticketIds: [id], cause: step.cause });
          truth.gone(id, 'CANCELLED', step.cause);
          this.say(`whoever bought last gives back ${id} (${step.cause})`);
        });
      case 'invalidate':
        return this.with(step, tickets(lives), async ({ id }) => {
          await this.s360('box-office/invalidate', { ticketIds: [id], cause: step.cause });
          truth.gone(id, 'INVALIDATED', step.cause);
          this.say(`the box office invalidates ${id} (${step.cause})`);
        });
      case 'changeReason':
        return this.with(step, truth.where(isGone), async (ticket) => {
          const isNews = ticket.cause !== step.cause;
          await this.s360('box-office/change-reason', { ticketIds: [ticket.id], cause: step.cause });
          if (isGone(ticket)) truth.gone(ticket.id, ticket.state as 'CANCELLED', step.cause);
          if (isNews) this.model.reach('changes of a reason');
          this.say(`the box office gives ${ticket.id} another reason (${step.cause})`, isNews);
        });
      case 'reprint':
        return this.with(step, tickets(lives), async ({ id }) => {
          const { reprinted } = await this.s360<{ reprinted: { newTicketId: number }[] }>('box-office/reprint', {
            ticketIds: [id],
          });
          truth.gone(id, 'INVALIDATED', 'REPRINTED');
          for (const { newTicketId } of reprinted) {
            truth.sold([newTicketId]);
            const replaced = truth.of(newTicketId);
            replaced.hasHolder = truth.of(id).hasHolder;
            // It may have taken its place on a card.
            const changed = await this.cardsWith(newTicketId, cards(lives));
            for (const card of changed) card.linksChanged += 1;
            this.say(`the box office reprints ${id} as ${newTicketId}`);
          }
        });
      case 'changePrice':
        return this.with(step, truth.where(lives), async ({ id }) => {
          await this.s360('box-office/change-price', { ticketIds: [id], price: 1_000 * (1 + step.which) });
          this.say(`the price of ${id} changes`);
        });
      case 'emptyHolder':
        return this.with(
          step,
          tickets(({ state }) => state === 'NOT_PRINTED'),
          async (ticket) => {
            await this.setHolder(ticket, null);
            this.say(`the holder of ${ticket.id} is not known any more`);
          },
        );
      case 'completeHolders':
        for (const ticket of tickets(({ hasHolder }) => !hasHolder)) {
          await this.setHolder(ticket, 'Ada');
          this.say(`the holder of ${ticket.id} is known again`);
        }
        return;
      case 'scan':
      case 'scanCard':
        return this.with(
          step,
          (step.do === 'scan' ? tickets : cards)(() => true),
          async (ticket) => {
            const { ticketIds, refused } = await this.s360<{ ticketIds: number[]; refused: object[] }>(
              'gates/control',
              {
                ticketIds: [ticket.id],
              },
            );
            if (refused.length === 0) {
              ticket.state = 'CONTROLLED';
              ticket.wasScanned = true;
            }
            this.say(
              `the gate ${ticketIds.length > 0 ? 'lets' : refused.length > 0 ? 'refuses' : 'knows already'} ${ticket.id}`,
              ticketIds.length > 0,
            );
          },
        );
      case 'useCard':
        return this.with(
          step,
          cards(({ id }) => this.statuses.has(id)),
          async (card) => {
            const { used } = await this.tixngo<{ used: number }>('privileges/use', { privilegeIds: [String(card.id)] });
            card.wasUsedInApp ||= used > 0;
            this.say(`somebody uses card ${card.id} in the app${used === 0 ? ' (in vain)' : ''}`, used > 0);
          },
        );
      case 'downloadAll': {
        const { downloaded, privileges } = await this.tixngo<{ downloaded: number; privileges: number }>(
          'phones/download',
          { all: true },
        );
        this.say('everybody opens the app', downloaded + privileges > 0);
        return;
      }
      case 'download':
        return this.ofStatus(step, ['INJECTED'], 'phones/download', 'opens the app for');
      case 'assign':
        return this.ofStatus(step, atHand, 'spectators/assign', 'assigns');
      case 'activate': {
        const method = (['OFFLINE', 'MANUAL', 'BT'] as const)[step.which % 3];
        return this.ofStatus(step, atHand, 'spectators/activate', 'activates', { method });
      }
      case 'goOn':
        return this.with(step, this.going(), ({ id }) => this.goOn(id, step.to));
      case 'transfer': {
        const recipientEmails = [friend(step.to)];
        return this.ofStatus(step, atHand, 'spectators/transfer', `sends friend ${String(step.to)}`, {
          recipientEmails,
        });
      }
      case 'accept':
        return this.ofStatus(step, ['PENDING_TRANSFER'], 'spectators/accept', 'accepts');
      case 'refuse':
        return this.ofStatus(step, ['PENDING_TRANSFER'], 'spectators/refuse', 'refuses');
      case 'takeBack':
        return this.ofStatus(step, ['PENDING_TRANSFER'], 'spectators/cancel-transfer', 'takes back');
      case 'phoneOffline':
        return this.with(
          step,
          truth.where(({ id }) => this.statuses.has(id)),
          async ({ id }) => {
            await this.tixngo('phones/offline', { ticketIds: [String(id)] });
            truth.phonesOffline = true;
            this.model.reach('phones offline');
            this.say(`the phone of ${id} goes offline`);
          },
        );
      case 'phonesOnline':
        await this.tixngo('phones/online', { all: true });
        this.say('all phones are online', truth.phonesOffline);
        truth.phonesOffline = false;
        return;
      case 'anHourPasses':
        await Promise.all([
          this.s360('clock', { advanceSeconds: 3_660 }),
          this.tixngo('clock', { advanceSeconds: 3_660 }),
        ]);
        this.say('an hour passes');
        return;
    }
  }

  private async setHolder(ticket: TrueTicket, firstName: string | null): Promise<void> {
    await this.model.world.changeTickets([{ ticketId: ticket.id, set: { holder_first_name: firstName } }]);
    ticket.hasHolder = firstName !== null;
  }

  /** Tickets that somebody can do something with. */
  private going(): TrueTicket[] {
    return this.model.truth.where(({ id, isCard }) => !isCard && nextOf(this.statuses.get(id)) !== null);
  }

  private async goOn(id: number, to: number): Promise<void> {
    const next = nextOf(this.statuses.get(id));
    if (next === null) return;
    const more = next === 'spectators/transfer' ? { recipientEmails: [friend(to)] } : {};
    const answer = await this.tixngo<Acted>(next, { ticketIds: [String(id)], ...more });
    this.say(
      `${next} of ${String(id)}${next === 'spectators/transfer' ? ` to friend ${String(to)}` : ''}`,
      hasActed(answer),
    );
  }

  /** Somebody with a ticket in one of these statuses; if there is none, with any that TIXNGO has, which then refuses. */
  private async ofStatus(
    step: { readonly which: number },
    statuses: readonly string[],
    path: string,
    verb: string,
    more: object = {},
  ): Promise<void> {
    const { truth } = this.model;
    const inApp = truth.where(({ id, isCard }) => !isCard && this.statuses.has(id));
    const fitting = inApp.filter(({ id }) => statuses.includes(this.statuses.get(id) ?? ''));
    return this.with(step, fitting.length > 0 ? fitting : inApp, async ({ id }) => {
      const hasDone = hasActed(await this.tixngo<Acted>(path, { ticketIds: [String(id)], ...more }));
      this.say(`somebody ${verb} ${id}${hasDone ? '' : ' (in vain)'}`, hasDone);
    });
  }

  /** Nothing happens where there is nothing to choose from. */
  private async with<Choice>(
    { which }: { readonly which: number },
    choices: readonly Choice[],
    act: (chosen: Choice) => Promise<void>,
  ): Promise<void> {
    const chosen = choices[which % Math.max(1, choices.length)];
    if (chosen === undefined) return;
    await act(chosen);
  }

  /** The cards to which S-360 says that the ticket belongs. */
  private async cardsWith(ticketId: number, cards: readonly TrueTicket[]): Promise<TrueTicket[]> {
    if (cards.length === 0) return [];
    const rows = new Map((await this.model.s360Tickets()).map((ticket) => [ticket.row.ticket_id, ticket]));
    return cards.filter(({ id }) => linkedIds(rows.get(id)).includes(String(ticketId)));
  }

  private say(words: string, hasDone = true): void {
    this.didSomething ||= hasDone;
    this.model.say(words);
  }

  private s360<Answer>(path: string, body: object): Promise<Answer> {
    return this.model.world.s360<Answer>(path, body);
  }

  private tixngo<Answer>(path: string, body: object): Promise<Answer> {
    return this.model.world.tixngo<Answer>(path, body);
  }
}

function ids(ticketIds: readonly number[]): string {
  return ticketIds.length === 0 ? 'no ticket' : ticketIds.join(', ');
}

function friend(to: number): string {
  return `friend${String(to)}@guests.example`;
}

/** What people mostly do next with a ticket that TIXNGO shows so. */
function nextOf(status: string | undefined): 'phones/download' | 'spectators/transfer' | 'spectators/accept' | null {
  if (status === 'INJECTED') return 'phones/download';
  if (status === 'PENDING_TRANSFER') return 'spectators/accept';
  return atHand.includes(status ?? '') ? 'spectators/transfer' : null;
}
