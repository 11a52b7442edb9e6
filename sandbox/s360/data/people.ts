import { hash32 } from '../../shared/random.js';
import type { Gender } from '../ticketRow.js';

/** A fictive person. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly gender: Gender;
  readonly language: string;
  readonly countryCode: string;
  readonly birthRegion: string;
  readonly birthPlace: string;
}

interface Culture {
  /** Of 100 people, so many are of this culture. */
  readonly share: number;
  readonly women: readonly string[];
  readonly men: readonly string[];
  readonly lastNames: readonly string[];
  readonly language: string;
  readonly countryCode: string;
  readonly region: string;
  readonly place: string;
}

const CULTURES: readonly Culture[] = [
  {
    share: 16,
    women: ['Zoé', 'Hélène', 'Anaïs', 'Chloé', 'Maëlle'],
    men: ['François', 'Théo', 'Gaël', 'Rémi', 'Loïc'],
    lastNames: ['Lefèvre', 'Dubois', 'Béranger', "d'Aubigné", 'Le Gall', 'Crétin-Noël'],
    language: 'fr',
    countryCode: 'FR',
    region: 'Île-de-France',
    place: 'Paris',
  },
  {
    share: 16,
    women: ['Jürgina', 'Käthe', 'Änne', 'Lena', 'Sabine'],
    men: ['Jürg', 'Björn', 'Götz', 'Matthäus', 'Urs'],
    lastNames: ['Müller', 'Größl', 'Bäumler', 'Zürcher', 'von Känel', 'Weiß'],
    language: 'de',
    countryCode: 'CH',
    region: 'Zürich',
    place: 'Winterthur',
  },
  {
    share: 10,
    women: ['Íñiga', 'Begoña', 'Lucía', 'Conceição'],
    men: ['João', 'Iñaki', 'Raúl', 'Álvaro'],
    lastNames: ['Muñoz', 'Gonçalves', 'Ibáñez', 'da Conceição', 'Peñalver'],
    language: 'es',
    countryCode: 'ES',
    region: 'Navarra',
    place: 'Pamplona',
  },
  {
    share: 13,
    women: ['Emma', 'Olivia', 'Siân', 'Niamh', 'Grace'],
    men: ['Oliver', 'George', 'Ciarán', 'Harry', 'Noah'],
    lastNames: ["O'Sullivan", 'Smith-Jones', 'Taylor', 'Brontë', 'Evans', 'MacLeod'],
    language: 'en',
    countryCode: 'GB',
    region: 'Greater London',
    place: 'Croydon',
  },
  {
    share: 6,
    women: ['Ελένη', 'Μαρία', 'Δήμητρα'],
    men: ['Γιώργος', 'Νίκος', 'Οδυσσέας'],
    lastNames: ['Παπαδόπουλος', 'Οικονόμου', 'Ιωάννου', 'Βλάχος'],
    language: 'el',
    countryCode: 'GR',
    region: 'Αττική',
    place: 'Αθήνα',
  },
  {
    share: 10,
    women: ['Олена', 'Ольга', 'Милица', 'Йоанна'],
    men: ['Олександр', 'Ђорђе', 'Пётр', 'Димитър'],
    lastNames: ['Шевченко', 'Ковальчук', 'Петровић', 'Иванова', 'Щербак'],
    language: 'uk',
    countryCode: 'UA',
    region: 'Київська область',
    place: 'Бровари',
  },
  {
    share: 8,
    women: ['فاطمة', 'مريم', 'ليلى'],
    men: ['محمد', 'يوسف', 'عبد الرحمن'],
    lastNames: ['الحسن', 'بن علي', 'العمري', 'خوري'],
    language: 'ar',
    countryCode: 'MA',
    region: 'الدار البيضاء',
    place: 'المحمدية',
  },
  {
    share: 8,
    women: ['秀英', '芳', '丽娜'],
    men: ['伟', '建国', '子轩'],
    lastNames: ['王', '李', '欧阳', '诸葛'],
    language: 'zh',
    countryCode: 'CN',
    region: '浙江',
    place: '杭州',
  },
  {
    share: 7,
    women: ['さくら', '陽子', 'ミカ'],
    men: ['健太', '翔', 'ジュン'],
    lastNames: ['佐藤', '髙橋', '渡邊', '長谷川'],
    language: 'ja',
    countryCode: 'JP',
    region: '神奈川県',
    place: '横浜市',
  },
  {
    share: 6,
    women: ['지우', '서연', '하은'],
    men: ['민준', '도윤', '시우'],
    lastNames: ['김', '이', '남궁', '박'],
    language: 'ko',
    countryCode: 'KR',
    region: '경기도',
    place: '수원시',
  },
];

const BY_PERCENT: readonly Culture[] = CULTURES.flatMap((culture) => Array<Culture>(culture.share).fill(culture));

const of = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

/** The person of this number: always the same one for a seed. Every tenth or so prefers U or X to M or F. */
export function personAt(seed: number, number: number): Person {
  const h = hash32(seed, number, 0x9e0);
  const g = hash32(seed, number, 0x9e1);
  const culture = of(BY_PERCENT, h);
  const woman = g % 2 === 0;
  const rare = (g >>> 1) % 20;
  return {
    firstName: of(woman ? culture.women : culture.men, g >>> 8),
    lastName: of(culture.lastNames, h >>> 8),
    gender: rare === 0 ? 'U' : rare === 1 ? 'X' : woman ? 'F' : 'M',
    language: culture.language,
    countryCode: culture.countryCode,
    birthRegion: culture.region,
    birthPlace: culture.place,
  };
}
