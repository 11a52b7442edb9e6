import { describe, expect, test } from 'vitest';

import { WebUi, webUiOf } from '../../src/cli/webUi.js';

describe('links into the Web UI', () => {
  const ui = new WebUi('http://127.0.0.1:8233/', 'default');

  test('lead to an execution, whose id may have slashes', () => {
    const home = 'http://127.0.0.1:8233/namespaces/default/workflows';
    expect(ui.execution('interface/DEMO')).toBe(`${home}/interface%2FDEMO`);
    expect(ui.execution('a/b', 'run')).toBe(`${home}/a%2Fb/run`);
  });

  test('fill the start form', () => {
    const link = new URL(ui.startForm({ workflowId: 'a/b c', taskQueue: 'q', workflowType: 't' }));
    expect(Object.fromEntries(link.searchParams)).toEqual({ workflowId: 'a/b c', taskQueue: 'q', workflowType: 't' });
  });

  test('are known for a local server on its usual port, and for what TEMPORAL_UI_URL says', () => {
    const at = (address: string, environment = {}) => webUiOf(environment, { address, namespace: 'n' })?.url ?? null;
    expect(at('127.0.0.1:7233')).toBe('http://127.0.0.1:8233');
    expect(at('cluster.example:7233')).toBeNull();
    expect(at('cluster.example:7233', { TEMPORAL_UI_URL: 'https://ui.example' })).toBe('https://ui.example');
  });
});
