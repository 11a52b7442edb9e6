import type { Resolved } from '../config/resolve.js';
import type { InjectionInput } from '../domain/injectionInput.js';
import type { PrivilegeSettings } from '../domain/privilegeMapping.js';
import type { InjectionSelection } from '../domain/selection.js';
import { cardKinds, ticketKinds } from '../domain/ticket.js';
import type { MappingSettings } from '../domain/ticketMapping.js';
import type { ResolvedInjection } from './injectionStretch.js';
import type { RunOverride } from './runOverride.js';
import { skipTickets } from './skipTickets.js';

/** How the configuration and the input of a run become the rules of the domain. */
export function injectionSelection(
  resolved: ResolvedInjection,
  input: InjectionInput,
  override: RunOverride | null,
): InjectionSelection {
  const { function: fn, interface: settings } = resolved;
  // Whoever names the tickets means them, whatever the filters of the function.
  const isListed = (override?.list ?? null) !== null;
  return {
    kinds: fn.function === 'digitalPrivilegesInjection' ? cardKinds : ticketKinds,
    shipmentModes: fn.shipmentModes,
    filters: isListed ? {} : fn.filters,
    fileNumber: isListed ? undefined : (input.fileNumber ?? fn.fileNumber),
    mandatoryHolderFields: fn.mandatoryTicketHolderFields,
    skip: skipTickets(fn.skipTickets, input.skipTickets),
    pointOfSales: fn.pointOfSales,
    holdInDoubt: settings.lookup === 'none' && settings.whenInDoubt === 'hold',
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

export function privilegeSettings(resolved: Resolved<'digitalPrivilegesInjection'>): PrivilegeSettings {
  const { function: fn, interface: settings, institution } = resolved;
  return {
    ticketIdentifier: settings.ticketIdentifier,
    barcodePrefix: fn.barcodeFormat.prefix,
    barcodeSuffix: fn.barcodeFormat.suffix,
    spectator: settings.spectator,
    images: fn.privilegeImages,
    timeZone: institution.timeZone,
    definitionPrefix: definitionIdForm(resolved) === 'product' ? null : resolved.organization.code,
  };
}

/** The products of two organizations may have the same code: in one TIXNGO organizer each would write its own over the other's, at every run. */
function definitionIdForm({ interface: settings, institution }: Resolved<'digitalPrivilegesInjection'>) {
  const { organizer, privilegeDefinitionId } = settings;
  const sharing = institution.organizations
    .flatMap(({ interfaces }) => interfaces)
    .filter(
      (other) =>
        other.organizer === organizer && other.functions.some((fn) => fn.function === 'digitalPrivilegesInjection'),
    );
  return privilegeDefinitionId ?? (sharing.length > 1 ? 'organizationAndProduct' : 'product');
}
