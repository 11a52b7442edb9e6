import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { composeProblems, dockerComposeProblems } from '../../scripts/checks/compose.js';
import { problemLine } from '../../scripts/checks/report.js';
import { temporaryTree } from './temporaryTree.js';

const COMPOSE = `
services:
  postgres:
    image: postgres:17.11-alpine3.23
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set it}
    healthcheck:
      test: ['CMD-SHELL', 'pg_isready']
  temporal-namespace:
    image: temporalio/admin-tools:1.32.0
    environment:
      SQL_HOST: postgres:5432
      SEARCH_ATTRIBUTES: Place=Keyword Count=Int
    depends_on:
      postgres:
        condition: service_healthy
  s360-sandbox:
    build: .
    image: interface:0.1.0
    command: ['node', '--import', 'tsx', 'sandbox/main.ts', '--only', 's360', '--s360-port', '8360']
    ports:
      - 127.0.0.1:8360:8360
    healthcheck:
      test: ['CMD', 'true']
  worker:
    build: .
    image: interface:0.1.0
    command: ['node', '--import', 'tsx', 'src/worker.ts']
    environment:
      TEMPORAL_NAMESPACE: default
      INTERFACE_CONFIG: /app/config/example.json
      S360_URL: http://s360-sandbox:8360
    depends_on:
      temporal-namespace:
        condition: service_completed_successfully
    healthcheck:
      test: ['CMD', 'true']
`;

const goodTree = {
  'docker-compose.yml': COMPOSE,
  Dockerfile: 'FROM node:20.20.2-bookworm-slim AS packages\nCOPY src ./src\nUSER node\n',
  'config/example.json': '{ "s360Url": "S360_URL" }',
  'src/worker.ts': "export const path = process.env['INTERFACE_CONFIG'];",
  'src/temporal/searchAttributes.ts': [
    "import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';",
    "export const place = defineSearchAttributeKey('Place', SearchAttributeType.KEYWORD);",
    "export const count = defineSearchAttributeKey('Count', SearchAttributeType.INT);",
  ].join('\n'),
  'sandbox/main.ts': "option('--only <system>'); option('--s360-port <port>', 'its port', 8360);",
};

function problemsOf(tree: Record<string, string>): string[] {
  return composeProblems(temporaryTree(tree)).map(problemLine);
}

describe('check:compose', () => {
  it('is content with containers that agree with the code', () => {
    expect(problemsOf(goodTree)).toEqual([]);
  });

  it.each([
    [
      'a moving image',
      'temporalio/admin-tools:1.32.0',
      'temporalio/admin-tools:latest',
      'the image «temporalio/admin-tools:latest»',
    ],
    [
      'an image pinned to a line only',
      'postgres:17.11-alpine3.23',
      'postgres:17-alpine',
      'the image «postgres:17-alpine»',
    ],
    ['a secret in the file', '${POSTGRES_PASSWORD:?set it}', 'hunter2', 'a value for the secret POSTGRES_PASSWORD'],
    ['a secret with a default', ':?set it}', ':-hunter2}', 'a value for the secret POSTGRES_PASSWORD'],
    ['a port open to every network', '127.0.0.1:8360:8360', '8360:8360', 'opens «8360:8360» to every network'],
    [
      'an unknown host',
      'http://s360-sandbox:8360',
      'http://s360:8360',
      'sends S360_URL to «s360», which does not exist',
    ],
    [
      'a port where nothing listens',
      'http://s360-sandbox:8360',
      'http://s360-sandbox:9000',
      'port 9000 of s360-sandbox',
    ],
    ['an option that the sandbox has not', '--only', '--just', 'passes --just, which sandbox/main.ts does not have'],
    ['another port than the sandbox’s own', "'8360']", "'8370']", 'listens on 8370, which is not a default'],
    ['a program that does not exist', 'src/worker.ts', 'src/wroker.ts', 'runs src/wroker.ts, which does not exist'],
    [
      'a variable that nothing reads',
      'INTERFACE_CONFIG',
      'INTERFACE_FILE',
      'sets INTERFACE_FILE, which neither src nor config reads',
    ],
    ['a configuration that does not exist', 'example.json', 'other.json', 'config/other.json, which does not exist'],
    ['a search attribute too few', ' Count=Int', '', 'lacks Count=Int'],
    ['a search attribute of another type', 'Count=Int', 'Count=Text', 'has Count=Text, which the code does not define'],
    ['a wait without a condition', 'service_healthy', 'service_started', 'with «service_started»'],
    ['a file that is no compose file', 'services:', 'service:', 'cannot be read'],
  ])('names %s', (_what, good, bad, words) => {
    expect(problemsOf({ ...goodTree, 'docker-compose.yml': COMPOSE.replace(good, bad) })).toContainEqual(
      expect.stringContaining(words),
    );
  });

  it('names a variable that the sandbox does not read', () => {
    const text = COMPOSE.replace('    ports:', '    environment:\n      SANDBOX_SEED: 7\n    ports:');
    expect(problemsOf({ ...goodTree, 'docker-compose.yml': text })).toEqual([
      expect.stringContaining('sets SANDBOX_SEED, which sandbox does not read'),
    ]);
  });

  it('names a service that nobody can wait for', () => {
    const text = COMPOSE.slice(0, COMPOSE.lastIndexOf('    healthcheck:'));
    expect(problemsOf({ ...goodTree, 'docker-compose.yml': text })).toEqual([
      expect.stringContaining('worker: it has no health check.'),
    ]);
  });

  it('names a Dockerfile that is not pinned, copies what is not there or runs as root', () => {
    expect(problemsOf({ ...goodTree, Dockerfile: 'FROM node:20\nCOPY missing ./\nUSER root\n' })).toEqual([
      expect.stringContaining('the base is «node:20»'),
      expect.stringContaining('copies missing, which does not exist'),
      expect.stringContaining('the image runs as root'),
    ]);
  });

  it('passes on what docker-compose itself refuses, where it is installed', () => {
    const installed = spawnSync('docker-compose', ['version']).error === undefined;
    const refused = COMPOSE.replace("test: ['CMD', 'true']", 'tset: true');
    const problems = dockerComposeProblems(temporaryTree({ 'docker-compose.yml': refused })).map(problemLine);
    expect(problems).toEqual(installed ? [expect.stringContaining('is refused by docker-compose')] : []);
    expect(dockerComposeProblems(temporaryTree(goodTree))).toEqual([]);
  });
});
