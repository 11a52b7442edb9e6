import { at, escaped, number, svg, tableDetails } from './markup.js';
import { stateSeries, type ShownState, type StateSeries } from './states.js';
import { sizes, WeekAxis } from './weekAxis.js';
import type { WeekPicture } from './weekPicture.js';

interface System {
  readonly id: string;
  readonly name: string;
  readonly states: readonly ShownState[];
  readonly of: (sample: WeekPicture['samples'][number]) => Readonly<Record<string, number>>;
}

const height = 224;
const top = 26;
const bottom = height - 8;

/** Tickets by state over the week, one upon the other. */
export function stateAreas(picture: WeekPicture, most: number, { id, name, states, of }: System): string {
  const series = stateSeries(states, picture.samples.map(of));
  const title = `Tickets by state in ${name}`;
  const ends = series.map(({ label, counts }) => `${label} ${number(counts.at(-1) ?? 0)}`).join(', ');
  const drawings = sizes.map((size) => {
    const axis = new WeekAxis(picture, size);
    const content = [
      axis.background(0, height),
      axis.dayNames(14),
      grid(axis, most),
      areas(picture, series, axis, most),
    ].join('');
    return `<div class="${size.name}">${svg({
      id: `${id}-${size.name}`,
      title,
      description: `Stacked areas over the steps of the week. At its end: ${ends}.`,
      width: size.width,
      height,
      content,
    })}</div>`;
  });
  return [
    `<figure><figcaption><h3>${escaped(name)}</h3></figcaption>`,
    ...drawings,
    legend(series),
    tableDetails(
      `${title}, in numbers`,
      ['', ...series.map(({ label }) => label)],
      picture.samples.map(({ atMs }, i) => [
        sampleName(picture, atMs, i),
        ...series.map(({ counts }) => number(counts[i] ?? 0)),
      ]),
    ),
    '</figure>',
  ].join('');
}

/** So that the two systems can be compared by eye: the same scale for both. */
export function mostTickets({ samples }: WeekPicture): number {
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  return Math.max(1, ...samples.flatMap(({ s360, tixngo }) => [sum(s360), sum(tixngo)]));
}

/** The step that a sample was taken after. */
export function sampleName({ steps }: WeekPicture, atMs: number, index: number): string {
  if (index === 0) return 'at first';
  const step = steps.findLastIndex((one) => one.atMs < atMs);
  const { day = '', time = '', caption = '' } = steps[step] ?? {};
  return `${String(step + 1)} ${day.slice(0, 3)} ${time} ${caption}`;
}

/** Round numbers, some three to five of them up to the most. */
export function ticks(most: number): number[] {
  const rough = most / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= rough) ?? unit);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

function yOf(count: number, most: number): number {
  return bottom - (count / most) * (bottom - top);
}

function grid(axis: WeekAxis, most: number): string {
  return ticks(most)
    .map((count) => {
      const y = at(yOf(count, most));
      return `<path class="grid" d="M${at(axis.from)} ${y}H${at(axis.until)}"/><text class="tick" x="${at(axis.from - 5)}" y="${y}" dy="4" text-anchor="end">${number(count)}</text>`;
    })
    .join('');
}

function areas({ samples }: WeekPicture, series: readonly StateSeries[], axis: WeekAxis, most: number): string {
  const below = samples.map(() => 0);
  return series
    .map(({ counts, colour, label }) => {
      const lower = samples.map(({ atMs }, i) => point(axis.x(atMs), yOf(below[i] ?? 0, most)));
      const upper = samples.map(({ atMs }, i) => {
        below[i] = (below[i] ?? 0) + (counts[i] ?? 0);
        return point(axis.x(atMs), yOf(below[i], most));
      });
      return `<path class="area fill-${colour}" d="M${upper.join('L')}L${lower.reverse().join('L')}Z"><title>${escaped(label)}</title></path>`;
    })
    .join('');
}

function point(x: number, y: number): string {
  return `${at(x)} ${at(y)}`;
}

/** From the top of the stack to its bottom, as it is seen. */
function legend(series: readonly StateSeries[]): string {
  const items = [...series].reverse().map(({ label, colour, counts }) => {
    const swatch = `<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="fill-${colour}" width="12" height="12" rx="2.5"/></svg>`;
    return `<li>${swatch}${escaped(label)} <b>${number(counts.at(-1) ?? 0)}</b></li>`;
  });
  return `<ul class="legend" aria-label="States, with how many tickets were in them at the end">${items.join('')}</ul>`;
}
