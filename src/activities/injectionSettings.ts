import type { Resolved } from '../config/resolve.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import type { InjectionSelection } from '../domain/selection.js';
import type { MappingSettings } from '../domain/ticketMapping.js';
import { skipTickets } from './skipTickets.js';

/** How the configuration and the input of a run become the rules of the domain. */
export function injectionSelection(
  resolved: Resolved<'ticketsExternalPrinting'>,
  input: InjectionInput,
): InjectionSelection {
  const { function: fn } = resolved;
  return {
    shipmentModes: fn.shipmentModes,
    filters: fn.filters,
    fileNumber: input.fileNumber ?? fn.fileNumber,
    mandatoryHolderFields: fn.mandatoryTicketHolderFields,
    skip: skipTickets(fn.skipTickets, input.skipTickets),
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
