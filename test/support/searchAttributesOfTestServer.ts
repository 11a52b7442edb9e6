import type { Connection } from '@temporalio/client';

import { searchAttributes } from '../../src/temporal/searchAttributes.js';

/** The time-skipping server can add search attributes, but not list them. */
export async function addOurSearchAttributes(connection: Connection): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name, type }) => [name, type === 'INT' ? 3 : 2]),
    ),
  });
}
