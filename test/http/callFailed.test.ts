import { expect, test } from 'vitest';

import { CallFailed } from '../../src/http/callFailed.js';

const call = { system: 'TIXNGO', operation: 'injectTickets' } as const;

test('a refused key names the environment variable to look at; any other failure does not', () => {
  const refused = new CallFailed({ ...call, status: 403 }, { keyVariable: 'TIXNGO_API_KEY' });
  expect(refused.message).toContain('refused our key or secret. Variable: TIXNGO_API_KEY. Check');
  const failed = new CallFailed({ ...call, status: 500 }, { keyVariable: 'TIXNGO_API_KEY' });
  expect(failed.message).not.toContain('TIXNGO_API_KEY');
});
