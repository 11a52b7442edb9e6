import { at, escaped, svg, textWidth } from './markup.js';
import type { WeekAxis } from './weekAxis.js';
import type { WeekPicture } from './weekPicture.js';

const rowHeight = 19;
const fontSize = 12;
const radius = 8;

/** The story on the time axis: a number for each step, and beside it, where there is room for words, its caption. */
export function captionsDrawing({ steps }: WeekPicture, axis: WeekAxis): string {
  const withWords = axis.size.name === 'wide';
  const rows: number[] = [];
  const placed = steps.map(({ caption, time }, i) => {
    const words = withWords ? `${time} ${caption}` : '';
    const wanted = axis.stepAt(i) + radius;
    const width = 2 * radius + 5 + (words === '' ? 0 : textWidth(words, fontSize) + 8);
    // Words that would leave the picture on the right stand to the left of their number.
    const flips = wanted - radius + width > axis.until;
    const from = flips ? wanted + radius - width : wanted - radius;
    let row = rows.findIndex((until) => until <= from);
    if (row < 0) row = rows.length;
    rows[row] = from + width;
    return { words, x: wanted, row, flips };
  });
  const top = 22;
  const bottom = top + rows.length * rowHeight + 8;
  const marks = placed.map(({ words, x, row, flips }, i) => {
    const y = bottom - 6 - (row + 0.5) * rowHeight;
    const text =
      words === ''
        ? ''
        : `<text class="caption" x="${at(flips ? x - radius - 4 : x + radius + 4)}" y="${at(y + 4)}"${flips ? ' text-anchor="end"' : ''}>${escaped(words)}</text>`;
    return [
      `<path class="leader" d="M${at(x)} ${at(y + radius)}V${at(bottom)}"/>`,
      `<circle class="mark" cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"/>`,
      `<text class="marknumber" x="${at(x)}" y="${at(y + 3.6)}" text-anchor="middle">${String(i + 1)}</text>`,
      text,
    ].join('');
  });
  return svg({
    id: `captions-${axis.size.name}`,
    title: 'The week, step by step',
    description: steps.map(({ day, time, caption }) => `${day} ${time}: ${caption}`).join('. '),
    width: axis.size.width,
    height: bottom,
    content: `${axis.background(0, bottom)}${axis.dayNames(14)}${marks.join('')}`,
  });
}
