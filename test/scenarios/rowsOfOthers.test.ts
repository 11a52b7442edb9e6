import { expect, it } from 'vitest';

import type { Around } from '../../sandbox/shared/operationSeam.js';
import { World } from '../support/world.js';

interface ExportAnswer {
  readonly exportedElements: readonly Readonly<Record<string, unknown>>[];
}

it('leaves alone what S-360 offers of another organization, whatever the function', async () => {
  const others = new Set<unknown>();
  // An export that ignores the parameter «organization»: every other row is another's.
  const around: Around = async ({ name, context }, apply) => {
    const answer = await apply();
    if (name !== 'dataExportService.executeExport') return answer;
    const body = (await answer.clone().json()) as ExportAnswer;
    return context.json({
      ...body,
      exportedElements: body.exportedElements.map((row) => {
        if (Number(row['ticket_id']) % 2 === 0) return row;
        others.add(row['ticket_id']);
        return { ...row, organization_code: 'FCOTHER' };
      }),
    });
  };
  const world = await World.start({ s360: { tickets: 60, around } });
  try {
    await world.worker();
    await world.s360('box-office/sell-cards', { count: 6, kind: 'MEMBERSHIP_CARD' });
    for (const name of ['ticketsExternalPrinting', 'digitalPrivilegesInjection'] as const) {
      const { counts } = await world.runFunction(name);
      expect([counts.sent, counts.notSelected]).not.toContain(0);
    }
    const held = (await world.mobileTickets()).map(({ ticketId }) => Number(ticketId));
    const foreign = (await world.s360Tickets())
      .map(({ row }) => row.ticket_id)
      .filter((ticketId) => others.has(ticketId));
    expect(held.filter((ticketId) => others.has(ticketId))).toEqual([]);
    const mine = held.slice(0, 4);
    await world.s360('box-office/cancel', { ticketIds: [...mine.slice(0, 2), ...foreign.slice(0, 2)] });
    await world.s360('gates/control', { ticketIds: [...mine.slice(2, 4), ...foreign.slice(2, 4)] });
    for (const name of ['pushCancelled', 'pushControlled'] as const) {
      const { counts } = await world.runFunction(name);
      expect(counts.processed, name).toBeLessThan(counts.offered);
    }
    const flags = (await world.s360Tickets())
      .filter(({ row }) => others.has(row.ticket_id))
      .map((ticket) => ticket.flags);
    expect(flags.flatMap((flag) => Object.keys(flag))).toEqual([]);
  } finally {
    await world.close();
  }
});
