import type { WallClock } from '../ticketRow.js';

/** Adds minutes to a wall clock as a person would with pencil and paper, without any zone. */
export function addMinutes(at: WallClock, minutes: number): WallClock {
  return toWallClock(Date.parse(`${at.replace(' ', 'T')}Z`) + minutes * 60_000);
}

/** Milliseconds since 1970 as `YYYY-MM-DD HH:mm:ss` in UTC. */
export function toWallClock(millis: number): WallClock {
  return new Date(millis).toISOString().slice(0, 19).replace('T', ' ');
}

/** `dd/mm/yy hh:mm`, the absolute form of a comfort variable (S-360 manual, 1. Ticket injection). */
export function toComfortDate(at: WallClock): string {
  return `${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(2, 4)} ${at.slice(11, 16)}`;
}
