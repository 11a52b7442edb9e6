import { colours, count } from '../src/cli/terminal.js';
import { gatesWentAsTold, type GateStory } from './gateStory.js';
import { runTable } from './runTable.js';

/** Who came, and what TIXNGO heard of it. */
export function gateText(story: GateStory): string {
  const { inTime, late, cards, runs } = story;
  const titles = ['in time', 'late comers', 'nobody more'];
  const gates = `The gates let ${count(inTime.controlled + late.controlled)} in, ${count(cards)} of them with a card; ${count(late.again)} came twice, ${count(late.refused.length)} ${late.refused.length === 1 ? 'was' : 'were'} turned away.`;
  const columns = runs.map((run, i) => ({ title: titles[i] ?? '', run }));
  const executions = runTable(
    columns,
    [
      ['offered by S-360', 'offered'],
      ['told to TIXNGO', 'sent'],
      ['marked processed in S-360', 'processed'],
    ],
    [
      ['TIXNGO counted: controlled', 'tixngoTickets'],
      ['S-360 counted: marked processed', 's360Flagged'],
    ],
  );
  const verdict = gatesWentAsTold(story)
    ? 'The last run wrote nothing: who is let in is told once.'
    : colours.red('The last run wrote something, which it must not.');
  return [gates, '', executions, '', verdict].join('\n');
}
