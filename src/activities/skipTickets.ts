import { checkedTicketList, type TicketList } from '../domain/skipList.js';

/** The skip lists of the configuration and of the input of a run add up. */
export function skipTickets(configured: string, given: string | null | undefined): TicketList {
  const lists = [configured, given ?? ''].map(checkedTicketList);
  return {
    ticketIds: new Set(lists.flatMap((list) => [...list.ticketIds])),
    taxNumbers: new Set(lists.flatMap((list) => [...list.taxNumbers])),
  };
}
