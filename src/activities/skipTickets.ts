import { parseTicketList, type TicketList } from '../domain/skipList.js';

/** The skip lists of the configuration and of the input of a run add up. */
export function skipTickets(configured: string, given: string | null | undefined): TicketList {
  const lists = [configured, given ?? ''].map(readList);
  return {
    ticketIds: new Set(lists.flatMap((list) => [...list.ticketIds])),
    taxNumbers: new Set(lists.flatMap((list) => [...list.taxNumbers])),
  };
}

function readList(text: string): TicketList {
  const list = parseTicketList(text);
  // Both texts were checked before: one by the configuration, one by the workflow.
  if ('badEntry' in list) throw new TypeError('a ticket list was not checked');
  return list;
}
