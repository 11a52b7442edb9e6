import { cardProducts } from '../data/items.js';
import type { Product } from '../product.js';
import type { ProductKind } from '../ticketRow.js';

export type CardKind = Extract<ProductKind, `${string}_CARD`>;

/** What is sold, or what is wrong with the order. */
export type Offer = { readonly products: readonly Product[] } | { readonly problem: string };

/** Performances to sell tickets for: this one, else those of the organization, else all when it has none of its own. */
export function performances(
  products: readonly Product[],
  wish: { readonly performanceId?: number | undefined; readonly organization?: string | null | undefined },
): Offer {
  const all = products.filter(({ performance_id: id }) => id !== null && id === (wish.performanceId ?? id));
  if (all.length > 0) return { products: ofOrganization(all, wish.organization) };
  return {
    problem: wish.performanceId === undefined ? 'there is no performance' : '/performanceId: no such performance',
  };
}

/** The matches that may belong to a card, each once: these performances, else matches, else what there is. */
export function matches(
  products: readonly Product[],
  wish: { readonly performanceIds?: readonly number[] | undefined; readonly organization?: string | null | undefined },
): Offer {
  if (wish.performanceIds !== undefined) {
    const found = wish.performanceIds.map((id) => products.find(({ performance_id }) => performance_id === id));
    const unknown = found.indexOf(undefined);
    if (unknown >= 0) return { problem: `/performanceIds/${String(unknown)}: no such performance` };
    return { products: found.filter((product) => product !== undefined) };
  }
  const all = performances(products, { organization: wish.organization });
  if ('problem' in all) return all;
  const played = all.products.filter(({ product_kind }) => product_kind === 'MATCH');
  return { products: played.length > 0 ? played : all.products };
}

/** The cards of a kind to sell: those of the organization, else all. A product code that is new becomes a new product. */
export function cards(
  products: readonly Product[],
  wish: {
    readonly kind: CardKind;
    readonly productCode?: string | undefined;
    readonly organization?: string | undefined;
  },
): readonly Product[] {
  const known = products.filter(({ product_kind }) => product_kind === wish.kind);
  const all = known.length > 0 ? known : cardProducts(wish.kind);
  if (wish.productCode === undefined) return ofOrganization(all, wish.organization);
  const named = all.filter(({ product_code }) => product_code === wish.productCode);
  return named.length > 0
    ? named
    : all.slice(0, 1).map((like) => ({ ...like, product_code: wish.productCode as string }));
}

function ofOrganization(products: readonly Product[], organization: string | null | undefined): readonly Product[] {
  const own = products.filter(({ organization_code: code }) => code === organization);
  return own.length > 0 ? own : products;
}
