import type { Resolved } from '../config/resolve.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import type { InjectionSelection } from '../domain/selection.js';
import { parseTicketList, type TicketList } from '../domain/skipList.js';
import type { MappingSettings } from '../domain/ticketMapping.js';

/** How the configuration and the input of a run become the rules of the domain. The skip lists of both add up. */
export function injectionSelection(
  resolved: Resolved<'ticketsExternalPrinting'>,
  input: InjectionInput,
): InjectionSelection {
  const { function: fn } = resolved;
  const lists = [fn.skipTickets, input.skipTickets ?? ''].map(readList);
  return {
    shipmentModes: fn.shipmentModes,
    filters: fn.filters,
    fileNumber: input.fileNumber ?? fn.fileNumber,
    mandatoryHolderFields: fn.mandatoryTicketHolderFields,
    skip: {
      ticketIds: new Set(lists.flatMap((list) => [...list.ticketIds])),
      taxNumbers: new Set(lists.flatMap((list) => [...list.taxNumbers])),
    },
    pointOfSales: fn.pointOfSales,
    holdInDoubt: resolved.interface.lookup === 'none' && resolved.interface.whenInDoubt === 'hold',
  };
}

export function mappingSettings(resolved: Resolved<'ticketsExternalPrinting'>): MappingSettings {
  const { function: fn, interface: settings } = resolved;
  return {
    ticketIdentifier: settings.ticketIdentifier,
    barcodePrefix: fn.barcodeFormat.prefix,
    barcodeSuffix: fn.barcodeFormat.suffix,
    mainApplicant: fn.mainApplicant,
    activationMethod: settings.activationMethod,
    addChargesToPrice: settings.customParameters.addChargesToPrice,
    comfortOffsetAnchor: settings.comfortOffsetAnchor,
    spectator: settings.spectator,
    template: fn.ticketTemplate === undefined ? null : (settings.ticketTemplates[fn.ticketTemplate] ?? null),
  };
}

function readList(text: string): TicketList {
  const list = parseTicketList(text);
  // Both texts were checked before: one by the configuration, one by the workflow.
  if ('badEntry' in list) throw new TypeError('a ticket list was not checked');
  return list;
}
