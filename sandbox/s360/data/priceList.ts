export const TARIFFS = [
  { code: 'ADULT', percent: 100 },
  { code: 'CHILD', percent: 50 },
  { code: 'SENIOR', percent: 80 },
  { code: 'STUDENT', percent: 70 },
] as const;
export type Tariff = (typeof TARIFFS)[number];

/** Categories of seats; prices in thousandths of the currency. */
export const CATEGORIES = [
  { code: 'CAT1', name: 'Catégorie 1', price: 90_000 },
  { code: 'CAT2', name: 'Catégorie 2', price: 60_000 },
  { code: 'CAT3', name: 'Catégorie 3', price: 35_500 },
  { code: 'VIP', name: 'Loge', price: 250_000 },
] as const;
export type Category = (typeof CATEGORIES)[number];

export function priceOf(category: Category, tariff: Tariff): number {
  return (category.price * tariff.percent) / 100;
}
