import { describe, expect, test } from 'vitest';

import { coloursFor, table } from '../../src/cli/terminal.js';

describe('the terminal', () => {
  test.each([
    ['a terminal', true, {}, true],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['a pipe', false, {}, false],
    ['a pipe in CI', false, { CI: 'true' }, false],
  ])('%s: colours %s', (_, isTTY, environment, coloured) => {
    expect(coloursFor({ isTTY }, environment).red('x')).toBe(coloured ? '\u001b[31mx\u001b[39m' : 'x');
  });

  test('a table that is piped has columns and nothing else', () => {
    expect(
      table(
        [
          ['tickets', '1,200'],
          ['parked', '7'],
        ],
        { right: [1] },
      ),
    ).toBe('tickets  1,200\nparked       7');
  });
});
