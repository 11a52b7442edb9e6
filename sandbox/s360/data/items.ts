import { hash32 } from '../../shared/random.js';
import type { Product } from '../product.js';
import { DEFAULT_ORGANIZATION, type ProductFamily, type ProductKind, type WallClock } from '../ticketRow.js';
import { VENUES } from './venues.js';
import { addMinutes, toComfortDate, toWallClock } from './wallClock.js';

/** The whole programme of an institution, by kind of product. */
export interface Programme {
  /** EVENT and MATCH: one product for each performance. */
  readonly performances: readonly Product[];
  readonly openPasses: readonly Product[];
  readonly services: readonly Product[];
  readonly membershipCards: readonly Product[];
  readonly seasonTicketCards: readonly Product[];
}

interface Season {
  readonly season_code: string;
  readonly season_start: WallClock;
  readonly season_end: WallClock;
}

const SEASON_BEFORE_SUMMER: Season = {
  season_code: 'S2627',
  season_start: '2026-07-01 00:00:00',
  season_end: '2027-06-30 23:59:59',
};
const SEASON_AFTER_SUMMER: Season = {
  season_code: 'S2728',
  season_start: '2027-07-01 00:00:00',
  season_end: '2028-06-30 23:59:59',
};
const YEAR: Season = {
  season_code: 'Y2027',
  season_start: '2027-01-01 00:00:00',
  season_end: '2027-12-31 23:59:59',
};

const TEAMS = [
  'FC Lindenhof',
  'AS Rivière',
  'Riverside Rovers',
  'Harbor Comets',
  '桜フェニックス',
  'Ipê Futebol Clube',
  'SV Grünau',
  'Ολυμπιάδα Λιμανιού',
  'Étoile du Nord',
] as const;

const SHOWS = [
  'Nuit des Lumières',
  'Harbor Jazz Night',
  'Noite do Samba',
  'Ein Sommernachtstraum',
  'Свято музики',
] as const;

/**
 * The first performances are chosen: a match on the day on which Europe's clocks go forward, a night over which they go
 * back, the American change day. Later ones are spread over 2027.
 */
const CHOSEN_STARTS: readonly WallClock[] = [
  '2027-03-28 15:00:00',
  '2027-10-30 23:00:00',
  '2027-05-22 20:00:00',
  '2027-03-14 13:30:00',
  '2027-06-12 19:00:00',
  '2027-08-21 16:00:00',
];

const NO_COMFORT = { comfort_tixact: null, comfort_tixstart: null, comfort_tixexp: null, comfort_tixrgrp: null };
const UNDATED = {
  performance_id: null,
  performance_name: null,
  host_team: null,
  opposing_team: null,
  start: null,
  end: null,
};

/**
 * The programme for a seed with so many dated events.
 *
 * @param organizations to which the products of each kind belong in turn
 */
export function programme(seed: number, events: number, organizations: readonly string[]): Programme {
  const inTurn = (products: readonly Product[]): readonly Product[] =>
    products.map((product, number) => ({ ...product, organization_code: at(organizations, number) }));
  return {
    performances: inTurn(Array.from({ length: events }, (_, number) => performance(seed, number))),
    openPasses: inTurn([
      undated('OPEN_PASS', 1, 'Museum day pass', {
        comfort_tixact: 'start_of_season',
        comfort_tixstart: 'start_of_season',
        comfort_tixexp: 'end_of_season',
      }),
      undated('OPEN_PASS', 2, 'Ten visits', { comfort_tixact: '2w', comfort_tixexp: '31/12/27 23:59' }),
      undated('OPEN_PASS', 3, 'Open ticket', { comfort_tixact: '+1d' }),
    ]),
    services: inTurn([
      undated('SERVICE', 1, 'Car park', { comfort_tixact: '-1w' }),
      undated('SERVICE', 2, 'Guided tour', {}),
    ]),
    membershipCards: inTurn([undated('MEMBERSHIP_CARD', 1, 'Member', {}), undated('MEMBERSHIP_CARD', 2, 'Friend', {})]),
    seasonTicketCards: inTurn([undated('SEASON_TICKET_CARD', 1, 'Season ticket', {})]),
  };
}

/** The cards of a kind that every programme has. */
export function cardProducts(kind: 'MEMBERSHIP_CARD' | 'SEASON_TICKET_CARD'): readonly Product[] {
  const { membershipCards, seasonTicketCards } = programme(1, 0, [DEFAULT_ORGANIZATION]);
  return kind === 'MEMBERSHIP_CARD' ? membershipCards : seasonTicketCards;
}

/** All products of a programme, in a fixed order. */
export function allProducts(of: Programme): readonly Product[] {
  return [...of.performances, ...of.openPasses, ...of.services, ...of.membershipCards, ...of.seasonTicketCards];
}

const at = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

function performance(seed: number, number: number): Product {
  const kind: ProductKind = number % 2 === 0 ? 'MATCH' : 'EVENT';
  const start = CHOSEN_STARTS[number] ?? spreadStart(seed, number);
  const host = at(TEAMS, number);
  const guest = at(TEAMS, number + 1 + (hash32(seed, number, 0x7ea) % (TEAMS.length - 1)));
  const name = kind === 'MATCH' ? `${host} - ${guest}` : at(SHOWS, (number - 1) / 2);
  const product = String(Math.floor(number / 2) + 1).padStart(2, '0');
  // Every fourth performance has no duration in S-360.
  const minutes = number % 4 === 2 ? null : kind === 'MATCH' ? 120 : 270;
  return {
    product_kind: kind,
    product_code: `${kind}-${product}`,
    product_name: kind === 'MATCH' ? `Cup round ${product}` : name,
    product_family: 'SINGLE_ENTRY',
    activity_code: kind === 'MATCH' ? 'FOOTBALL' : at(['MUSIC', 'THEATRE'], (number - 1) / 2),
    activity_name: kind === 'MATCH' ? 'Football' : at(['Music', 'Theatre'], (number - 1) / 2),
    ...(start < SEASON_AFTER_SUMMER.season_start ? SEASON_BEFORE_SUMMER : SEASON_AFTER_SUMMER),
    performance_id: 10_228_000_000 + number * 11,
    performance_name: name,
    host_team: kind === 'MATCH' ? host : null,
    opposing_team: kind === 'MATCH' ? guest : null,
    start,
    end: minutes === null ? null : addMinutes(start, minutes),
    validity_start: addMinutes(start, -180),
    validity_end: addMinutes(start, 360),
    ...performanceComfort(number, start),
    ...at(VENUES, number),
    organization_code: DEFAULT_ORGANIZATION,
  };
}

function spreadStart(seed: number, number: number): WallClock {
  const h = hash32(seed, number, 0xda7e);
  const day = Date.UTC(2027, 0, 10) + (h % 340) * 86_400_000;
  return addMinutes(toWallClock(day), at([14, 16, 18, 20], h >>> 10) * 60 + at([0, 30, 45], h >>> 14));
}

function performanceComfort(number: number, start: WallClock): typeof NO_COMFORT | Comfort {
  switch (number % 7) {
    case 1:
      return { ...NO_COMFORT, comfort_tixact: '-1d', comfort_tixrgrp: 'STANDARD' };
    case 2:
      return { ...NO_COMFORT, comfort_tixact: toComfortDate(addMinutes(start, -26 * 60)) };
    case 3:
      return { ...NO_COMFORT, comfort_tixexp: '+1d' };
    case 4:
      return { ...NO_COMFORT, comfort_tixrgrp: 'STADIUM-GATES' };
    case 5:
      return { ...NO_COMFORT, comfort_tixact: '-1w', comfort_tixstart: toComfortDate(addMinutes(start, -30)) };
    default:
      return NO_COMFORT;
  }
}

type Comfort = Record<keyof typeof NO_COMFORT, string | null>;

const FAMILY_OF: Readonly<Record<ProductKind, ProductFamily>> = {
  EVENT: 'SINGLE_ENTRY',
  MATCH: 'SINGLE_ENTRY',
  OPEN_PASS: 'PASS',
  SERVICE: 'SERVICE',
  MEMBERSHIP_CARD: 'MEMBERSHIP',
  SEASON_TICKET_CARD: 'SEASONTICKET',
};

function undated(kind: ProductKind, number: number, name: string, comfort: Partial<Comfort>): Product {
  return {
    product_kind: kind,
    product_code: `${kind}-${String(number).padStart(2, '0')}`,
    product_name: name,
    product_family: FAMILY_OF[kind],
    activity_code: kind === 'OPEN_PASS' ? 'MUSEUM' : null,
    activity_name: kind === 'OPEN_PASS' ? 'Museum' : null,
    ...YEAR,
    ...UNDATED,
    validity_start: YEAR.season_start,
    validity_end: YEAR.season_end,
    ...NO_COMFORT,
    ...comfort,
    ...at(VENUES, number - 1),
    organization_code: DEFAULT_ORGANIZATION,
  };
}
