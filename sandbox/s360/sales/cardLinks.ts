import type { TicketStore } from '../ticketStore.js';

/** The ids of the tickets that belong to a card. */
export function linkedIds(store: TicketStore, card: number): number[] {
  const ids = store.valueAt(card, 'linked_ticket_ids');
  return typeof ids === 'string' ? ids.split(',').map(Number) : [];
}

/** Says in the card's record which tickets belong to it. */
export function link(store: TicketStore, card: number, ticketIds: readonly number[]): void {
  const taxNumbers = ticketIds.map((id) => {
    const index = store.indexOf(id);
    return index === undefined ? '' : String(store.valueAt(index, 'tax_number') ?? '');
  });
  store.change(card, {
    linked_ticket_ids: ticketIds.length === 0 ? null : ticketIds.join(','),
    linked_tax_numbers: ticketIds.length === 0 ? null : taxNumbers.join(','),
  });
}

/** After a reprint: the new ticket has the old one's place at its card, the new card has the old one's tickets. */
export function relink(store: TicketStore, old: number, renewed: number): void {
  const [oldId, newId] = [store.idAt(old), store.idAt(renewed)];
  const cardId = store.valueAt(old, 'card_ticket_id');
  const card = typeof cardId === 'number' ? store.indexOf(cardId) : undefined;
  if (card !== undefined) {
    link(
      store,
      card,
      linkedIds(store, card).map((id) => (id === oldId ? newId : id)),
    );
    store.change(old, { card_ticket_id: null });
  }
  const tickets = linkedIds(store, old);
  if (tickets.length === 0) return;
  for (const id of tickets) {
    const index = store.indexOf(id);
    if (index !== undefined) store.change(index, { card_ticket_id: newId });
  }
  link(store, old, []);
}
