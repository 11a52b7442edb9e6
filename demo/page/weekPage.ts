import { callRows } from './callRows.js';
import { captionsDrawing } from './captions.js';
import { escaped, number, table } from './markup.js';
import { messageBars } from './messageBars.js';
import { runLanes } from './runLanes.js';
import { mostTickets, stateAreas } from './stateAreas.js';
import { s360States, tixngoStates } from './states.js';
import { style } from './style.js';
import { sizes, WeekAxis } from './weekAxis.js';
import type { Agreement, WeekPicture, WeekStep } from './weekPicture.js';

/** One HTML file that shows a week: it asks for nothing from anywhere, and needs no script to be read. */
export function weekPage(picture: WeekPicture): string {
  const most = mostTickets(picture);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>One match week between S-360 and TIXNGO</title>
<style>
${style}
</style>
</head>
<body>
<main>
<header>
<h1>One match week between S‑360 and TIXNGO</h1>
<p class="about">${escaped(picture.about)}</p>
${verdict(picture.agreement)}
${facts(picture)}
</header>
<section>
<h2>The week</h2>
<p class="hint">Each step is as wide as the time that it took to play. The numbers are those of the steps below.</p>
<figure>${sizes.map((size) => `<div class="${size.name}">${captionsDrawing(picture, new WeekAxis(picture, size))}</div>`).join('')}</figure>
${story(picture.steps)}
</section>
<section>
<h2>Tickets by state</h2>
<p class="hint">All that S-360 has, and of those, on the same scale, what TIXNGO has. States that mean the same have the same colour.</p>
${stateAreas(picture, most, { id: 's360', name: 'S-360', states: s360States, of: ({ s360 }) => s360 })}
${stateAreas(picture, most, { id: 'tixngo', name: 'TIXNGO', states: tixngoStates, of: ({ tixngo }) => tixngo })}
</section>
<section>
<h2>Executions</h2>
<p class="hint">When each function was at work, in the colour of its end state.${picture.staysUp ? '' : ' The links lead to Temporal’s Web UI while it runs; it has ended with the demo unless that was to stay up.'}</p>
${runLanes(picture)}
</section>
<section>
<h2>Calls against each limit</h2>
<p class="hint">Calls of the last minute by service, as both systems counted them. The dashed line is the limit of a real minute.</p>
${callRows(picture)}
</section>
<section>
<h2>Messages to people</h2>
<p class="hint">As TIXNGO counted them. This one tells somebody of every write that it accepts, of a control at the gates too: a write too many would be a message too many. The bars grow with the square root, so that one message is seen beside a thousand.</p>
${messageBars(picture)}
</section>
<section>
<h2>Do both systems agree?</h2>
${agreement(picture.agreement)}
</section>
<footer>Counts, times and ids of executions: nothing on this page is about a person. Printed and offline it says the same.</footer>
</main>
</body>
</html>
`;
}

function verdict({ agree, toldOnceEach, differences }: Agreement): string {
  const good = agree && toldOnceEach;
  const says = agree ? 'S-360 and TIXNGO agree, ticket by ticket.' : 'S-360 and TIXNGO do not agree.';
  const told = toldOnceEach ? 'Nobody was told twice.' : 'Somebody was not told exactly once of each thing.';
  const first = agree ? '' : ` The first of the differences: ${escaped(differences[0] ?? '')}`;
  return `<div class="verdict${good ? '' : ' bad'}"><span class="sign" aria-hidden="true">${good ? '✓' : '!'}</span><div>${says}<small>${told}${first}</small></div></div>`;
}

function facts({ samples, runs, steps }: WeekPicture): string {
  const last = samples.at(-1);
  const days = new Set(steps.map(({ day }) => day)).size;
  const sum = (counts: Readonly<Record<string, number>> = {}, which = ''): number =>
    Object.entries(counts).reduce((all, [state, count]) => (state.startsWith(which) ? all + count : all), 0);
  const privileges = sum(last?.tixngo, 'privilege ');
  const tiles: [number, string][] = [
    [days, 'days played'],
    [sum(last?.s360), 'tickets and cards in S-360'],
    [sum(last?.tixngo) - privileges, 'tickets in TIXNGO'],
    ...(privileges > 0 ? [[privileges, 'digital privileges'] satisfies [number, string]] : []),
    [runs.length, 'executions, all by schedule'],
    [last?.notifications ?? 0, 'messages to people'],
  ];
  return `<ul class="facts">${tiles.map(([value, what]) => `<li><b>${number(value)}</b> ${escaped(what)}</li>`).join('')}</ul>`;
}

function story(steps: readonly WeekStep[]): string {
  const days = [...new Set(steps.map(({ day }) => day))];
  const items = days.map((day) => {
    const lines = steps.flatMap((step, i) =>
      step.day === day
        ? [
            `<li><span class="chip">${String(i + 1)}</span><time>${escaped(step.time)}</time><span>${escaped(step.text)}</span></li>`,
          ]
        : [],
    );
    return `<li><b>${escaped(day)}</b><ol>${lines.join('')}</ol></li>`;
  });
  return `<ol class="story">${items.join('')}</ol>`;
}

function agreement({ agree, rows, differences }: Agreement): string {
  const list = agree ? '' : `<ul>${differences.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
  const body = table(
    ['what was compared', 'how many'],
    rows.map(([what, howMany]) => [what.replace(/^ +/, '\u2003'), howMany]),
  );
  return `<figure class="agreement">${body}${list}</figure>`;
}
