import { at, escaped, number, svg, tableDetails } from './markup.js';
import { sampleName } from './stateAreas.js';
import { sizes, WeekAxis } from './weekAxis.js';
import type { WeekPicture } from './weekPicture.js';

const height = 112;
const floor = height - 6;
const ceiling = 38;

interface Told {
  readonly name: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly messages: number;
}

/** How many messages people got, step by step. */
export function messageBars(picture: WeekPicture): string {
  const told = picture.samples.slice(1).map(({ atMs, notifications }, i): Told => {
    const before = picture.samples[i];
    return {
      name: sampleName(picture, atMs, i + 1),
      fromMs: before?.atMs ?? 0,
      untilMs: atMs,
      messages: notifications - (before?.notifications ?? 0),
    };
  });
  const most = Math.max(1, ...told.map(({ messages }) => messages));
  // Of a thousand tickets and one deletion, both are to be seen: the area of a bar grows with the number, not its height alone.
  const barHeight = (messages: number): number => Math.max(2, Math.sqrt(messages / most) * (floor - ceiling));
  const drawings = sizes.map((size) => {
    const axis = new WeekAxis(picture, size);
    const bars = told
      .filter(({ messages }) => messages > 0)
      .map(({ name, fromMs, untilMs, messages }) => {
        const [from, until] = [axis.x(fromMs), axis.x(untilMs)];
        const width = Math.min(28, Math.max(6, until - from - 4));
        const x = (from + until) / 2;
        const y = floor - barHeight(messages);
        return [
          `<rect class="message" x="${at(x - width / 2)}" y="${at(y)}" width="${at(width)}" height="${at(floor - y)}" rx="2"><title>${escaped(name)}</title></rect>`,
          `<text class="value" x="${at(x)}" y="${at(y - 4)}" text-anchor="middle">${number(messages)}</text>`,
        ].join('');
      });
    return `<div class="${size.name}">${svg({
      id: `messages-${size.name}`,
      title: 'Messages to people over the week',
      description: told
        .filter(({ messages }) => messages > 0)
        .map(({ name, messages }) => `${name}: ${number(messages)}`)
        .join('. '),
      width: size.width,
      height,
      content: `${axis.background(0, height)}${axis.dayNames(14)}<path class="grid" d="M${at(axis.from)} ${at(floor)}H${at(axis.until)}"/>${bars.join('')}`,
    })}</div>`;
  });
  return [
    '<figure>',
    ...drawings,
    tableDetails(
      'Messages, in numbers',
      ['after', 'messages'],
      told.map(({ name, messages }) => [name, number(messages)]),
    ),
    '</figure>',
  ].join('');
}
