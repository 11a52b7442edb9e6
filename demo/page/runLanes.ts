import { functionTitles, type FunctionName } from '../../src/domain/functions.js';
import { at, escaped, svg, tableOf } from './markup.js';
import { sizes, WeekAxis } from './weekAxis.js';
import type { WeekPicture, WeekRun } from './weekPicture.js';

const nameHeight = 18;
const barHeight = 10;
const barGap = 4;
const laneGap = 8;
const leastWidth = 5;

const marks: Readonly<Record<WeekRun['endState'], string>> = { OK: '✓', WARNING: '!', ERROR: '✕', SKIPPED: '–' };

/** When each function was at work; two executions at one time stand one below the other. */
export function runLanes(picture: WeekPicture): string {
  const { runs } = picture;
  const functions = [...new Set(runs.map((run) => run.function))];
  const states = (['OK', 'WARNING', 'ERROR', 'SKIPPED'] as const).filter((state) =>
    runs.some(({ endState }) => endState === state),
  );
  const drawings = sizes.map((size) => {
    const axis = new WeekAxis(picture, size);
    let y = 24;
    const lanes = functions.map((name) => {
      const drawn = lane(name, runs, axis, y);
      y = drawn.bottom + laneGap;
      return drawn.content;
    });
    return `<div class="${size.name}">${svg({
      id: `runs-${size.name}`,
      title: 'Executions of the functions over the week',
      description: functions
        .map((name) => `${functionTitles[name]}: ${endStatesText(runs.filter((run) => run.function === name))}`)
        .join('. '),
      width: size.width,
      height: y,
      content: `${axis.background(0, y)}${axis.dayNames(14)}${lanes.join('')}`,
    })}</div>`;
  });
  const legend = states
    .map(
      (state) =>
        `<li><svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="fill-end-${state}" width="12" height="12" rx="2.5"/></svg>${state} <b>${String(runs.filter(({ endState }) => endState === state).length)}</b></li>`,
    )
    .join('');
  return [
    '<figure>',
    ...drawings,
    `<ul class="legend" aria-label="End states, with how many executions had them">${legend}</ul>`,
    runTable(picture),
    '</figure>',
  ].join('');
}

function lane(
  name: FunctionName,
  runs: readonly WeekRun[],
  axis: WeekAxis,
  top: number,
): { content: string; bottom: number } {
  const rows: number[] = [];
  const bars = runs
    .filter((run) => run.function === name)
    .map(({ workflowId, url, endState, fromMs, untilMs }) => {
      const from = axis.x(fromMs);
      const until = Math.max(axis.x(untilMs), from + leastWidth);
      let row = rows.findIndex((end) => end <= from);
      if (row < 0) row = rows.length;
      rows[row] = until + 1;
      const y = top + nameHeight + row * (barHeight + barGap);
      const bar = `<rect class="run fill-end-${endState}" x="${at(from)}" y="${at(y)}" width="${at(until - from)}" height="${String(barHeight)}" rx="3"/>`;
      const mark =
        until - from >= 12 && endState !== 'OK'
          ? `<text class="runmark" x="${at((from + until) / 2)}" y="${at(y + 8.6)}" text-anchor="middle">${marks[endState]}</text>`
          : '';
      const shape = `<title>${escaped(`${workflowId}: ${endState}`)}</title>${bar}${mark}`;
      return url === null ? `<g>${shape}</g>` : `<a href="${escaped(url)}">${shape}</a>`;
    });
  const bottom = top + nameHeight + Math.max(1, rows.length) * (barHeight + barGap);
  const title = `<text class="lane" x="${at(axis.from + 3)}" y="${at(top + 12)}">${escaped(functionTitles[name])}</text>`;
  return { content: `${title}${bars.join('')}`, bottom };
}

function runTable({ runs }: WeekPicture): string {
  const rows = [...runs]
    .sort((left, right) => left.fromMs - right.fromMs)
    .map(({ workflowId, url, endState, fromMs, untilMs, did }) => {
      const id = `<code>${breakable(workflowId)}</code>`;
      return [
        url === null ? id : `<a href="${escaped(url)}">${id}</a>`,
        `<span class="end end-${endState}">${marks[endState]} ${endState}</span>`,
        escaped(did),
        `${((untilMs - fromMs) / 1_000).toFixed(1)} s`,
      ];
    });
  return `<details open class="runs"><summary>All ${String(runs.length)} executions, each started by its schedule</summary>${tableOf(['workflow id', 'end state', 'what it did', 'took'], rows)}</details>`;
}

/** A workflow id is long: a line may end behind each of its slashes. */
function breakable(workflowId: string): string {
  return escaped(workflowId).replaceAll('/', '/<wbr>');
}

function endStatesText(runs: readonly WeekRun[]): string {
  return runs.map(({ endState }) => endState).join(', ');
}
