import { colours, count } from '../src/cli/terminal.js';
import { secondCardsWroteNothing, type CardStory } from './cardStory.js';
import { runTable } from './runTable.js';

/** What the cards became. */
export function cardText(story: CardStory): string {
  const { seasonCards, membershipCards, first, tickets, second } = story;
  const linked = seasonCards.reduce((sum, { ticketIds }) => sum + ticketIds.length, 0);
  const sold =
    seasonCards.length === 0
      ? []
      : [
          `Sold on Tuesday: ${count(seasonCards.length)} season tickets with ${count(linked)} tickets, ${count(membershipCards.length)} membership cards.`,
          '',
        ];
  const runs = runTable(
    [
      { title: 'the cards', run: first },
      { title: 'their tickets', run: tickets },
      { title: 'the cards again', run: second },
    ],
    [
      ['offered by S-360', 'offered'],
      ['sent to TIXNGO', 'sent'],
      ['definitions of products written', 'definitions'],
      ['parked (tried again by themselves)', 'parked'],
    ],
    [
      ['TIXNGO counted: privileges and tickets written', 'tixngoTickets'],
      ['TIXNGO counted: definitions written', 'tixngoDefinitions'],
      ['S-360 counted: marked processed', 's360Flagged'],
    ],
  );
  const verdict = secondCardsWroteNothing(story)
    ? 'The second run wrote nothing, no definition either.'
    : colours.red('The second run wrote something, which it must not.');
  return [...sold, runs, '', verdict].join('\n');
}
