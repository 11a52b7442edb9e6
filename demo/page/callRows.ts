import { at, escaped, number, svg, tableDetails } from './markup.js';
import { sizes, WeekAxis } from './weekAxis.js';
import type { CallSample, WeekPicture } from './weekPicture.js';

const minuteMs = 60_000;
const nameHeight = 18;
const rowHeight = 30;
const rowGap = 10;
const top = 24;

/** A service with its calls of the last minute, at each moment. */
interface ServiceCalls {
  readonly service: string;
  readonly limit: number | null;
  readonly total: number;
  readonly lastMinute: readonly number[];
  readonly busiest: number;
}

/** Calls of the last minute against each limit. The minutes are real ones, as the limits are. */
export function callRows(picture: WeekPicture): string {
  const services = serviceCalls(picture);
  const drawings = sizes.map((size) => {
    const axis = new WeekAxis(picture, size);
    const height = top + services.length * (nameHeight + rowHeight + rowGap);
    const rows = services.map((calls, i) => row(picture, calls, axis, top + i * (nameHeight + rowHeight + rowGap)));
    return `<div class="${size.name}">${svg({
      id: `calls-${size.name}`,
      title: 'Calls a minute against each limit',
      description: services.map((calls) => `${calls.service}: ${busiestText(calls)}`).join('. '),
      width: size.width,
      height,
      content: `${axis.background(0, height)}${axis.dayNames(14)}${rows.join('')}`,
    })}</div>`;
  });
  const rows = services.map(({ service, limit, total, busiest }) => [
    service,
    number(total),
    number(busiest),
    limit === null ? 'none' : number(limit),
  ]);
  return [
    '<figure>',
    ...drawings,
    tableDetails('Calls by service, in numbers', ['service', 'calls', 'busiest minute', 'limit a minute'], rows),
    '</figure>',
  ].join('');
}

export function serviceCalls({ calls, callsPerMinute }: WeekPicture): ServiceCalls[] {
  const names = [...new Set(calls.flatMap((sample) => Object.keys(sample.calls)))].sort();
  return names.map((service) => {
    const lastMinute = calls.map(({ atMs }, i) => {
      const now = calls[i]?.calls[service] ?? 0;
      return now - callsUntil(calls, service, atMs - minuteMs);
    });
    return {
      service,
      limit: callsPerMinute[service] ?? null,
      total: calls.at(-1)?.calls[service] ?? 0,
      lastMinute,
      busiest: Math.max(0, ...lastMinute),
    };
  });
}

/** Up to the last sample that is not later: rather too many calls in a minute than too few. */
function callsUntil(calls: readonly CallSample[], service: string, ms: number): number {
  return calls.findLast(({ atMs }) => atMs <= ms)?.calls[service] ?? 0;
}

function row({ calls }: WeekPicture, service: ServiceCalls, axis: WeekAxis, from: number): string {
  const { service: name, limit, lastMinute, busiest } = service;
  const [ceiling, floor] = [from + nameHeight, from + nameHeight + rowHeight];
  const most = Math.max(1, limit ?? 0, busiest);
  const y = (count: number): number => floor - (count / most) * rowHeight;
  const line = calls.map(({ atMs }, i) => `${at(axis.x(atMs))} ${at(y(lastMinute[i] ?? 0))}`);
  const first = at(axis.x(calls[0]?.atMs ?? 0));
  const area = `<path class="calls" d="M${first} ${at(floor)}L${line.join('L')}L${at(axis.x(calls.at(-1)?.atMs ?? 0))} ${at(floor)}Z"/>`;
  const limitLine =
    limit === null ? '' : `<path class="limit" d="M${at(axis.from)} ${at(y(limit))}H${at(axis.until)}"/>`;
  return [
    area,
    `<path class="grid" d="M${at(axis.from)} ${at(floor)}H${at(axis.until)}"/>`,
    limitLine,
    `<text class="lane" x="${at(axis.from + 3)}" y="${at(from + 12)}">${escaped(name)}</text>`,
    `<text class="lanenote" x="${at(axis.until - 3)}" y="${at(from + 12)}" text-anchor="end">${escaped(busiestText(service))}</text>`,
    limit === null
      ? ''
      : `<text class="tick" x="${at(axis.from - 5)}" y="${at(ceiling)}" dy="4" text-anchor="end">${number(limit)}</text>`,
  ].join('');
}

function busiestText({ busiest, limit }: ServiceCalls): string {
  return limit === null ? `at most ${number(busiest)}, no limit` : `at most ${number(busiest)} of ${number(limit)}`;
}
