/** A fictive venue in a real city, in a zone whose wall clock matters. */
export interface Venue {
  readonly time_zone: string;
  readonly site: string;
  readonly city: string;
  readonly zip: string;
  readonly country_code: string;
  readonly address_line1: string;
  readonly address_line2: string | null;
  readonly address_line3: string | null;
  readonly currency: string;
}

/** Three zones with daylight saving in Europe, one in America, two zones without. */
export const VENUES: readonly Venue[] = [
  {
    time_zone: 'Europe/Zurich',
    site: 'Seestadion',
    city: 'Zürich',
    zip: '8005',
    country_code: 'CH',
    address_line1: 'Uferweg 1',
    address_line2: 'Tor Süd',
    address_line3: null,
    currency: 'CHF',
  },
  {
    time_zone: 'Europe/Paris',
    site: 'Théâtre de la Clairière',
    city: 'Paris',
    zip: '75019',
    country_code: 'FR',
    address_line1: "12, quai de l'Étoile",
    address_line2: null,
    address_line3: null,
    currency: 'EUR',
  },
  {
    time_zone: 'Europe/London',
    site: 'Riverside Ground',
    city: 'London',
    zip: 'SE99 9ZZ',
    country_code: 'GB',
    address_line1: '1 Riverside Lane',
    address_line2: 'North Stand',
    address_line3: null,
    currency: 'GBP',
  },
  {
    time_zone: 'America/New_York',
    site: 'Harbor Hall',
    city: 'New York',
    zip: '10099',
    country_code: 'US',
    address_line1: '500 Harbor Street',
    address_line2: null,
    address_line3: null,
    currency: 'USD',
  },
  {
    time_zone: 'Asia/Tokyo',
    site: '桜スタジアム',
    city: '東京',
    zip: '100-9999',
    country_code: 'JP',
    address_line1: '桜町1-2-3',
    address_line2: null,
    address_line3: null,
    currency: 'JPY',
  },
  {
    time_zone: 'America/Sao_Paulo',
    site: 'Arena do Ipê',
    city: 'São Paulo',
    zip: '01999-999',
    country_code: 'BR',
    address_line1: 'Avenida dos Ipês, 100',
    address_line2: null,
    address_line3: null,
    currency: 'BRL',
  },
];
