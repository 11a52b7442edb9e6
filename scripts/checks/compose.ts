import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCodeFacts, type CodeFacts } from './codeFacts.js';
import { readComposeFile, requiredVariables, type ComposeService, type ComposeServices } from './composeFile.js';
import type { Problem } from './report.js';

export const COMPOSE_FILE = 'docker-compose.yml';

const SECRET_NAME = /PASSWORD|PWD|SECRET|API_KEY|TOKEN/;
/** Read by Temporal's own configuration library or by Node.js, so that no file of ours names them. */
const READ_BY_LIBRARIES = /^(TEMPORAL_(ADDRESS|NAMESPACE|TLS\w*|API_KEY)|NODE_\w+)$/;
const CONDITIONS = ['service_healthy', 'service_completed_successfully'];
/** A port of another program, as its image opens it. */
const KNOWN_PORTS: Record<string, string> = { postgres: '5432', temporal: '7233', 'temporal-ui': '8080' };

/**
 * Problems of docker-compose.yml and the Dockerfile under `root`: images that are not pinned, secrets written down, services
 * that nobody can wait for, and everything that disagrees with the code (ports, options, environment variables, files,
 * search attributes).
 */
export function composeProblems(root: string): Problem[] {
  const path = join(root, COMPOSE_FILE);
  if (!existsSync(path)) return [at('the file', 'is missing.', 'Restore it.')];
  const text = readFileSync(path, 'utf8');
  let services: ComposeServices;
  try {
    services = readComposeFile(text);
  } catch (error) {
    return [at('the file', `cannot be read: ${String(error)}`, 'Correct it.')];
  }
  const facts = readCodeFacts(root);
  return [
    ...Object.entries(services).flatMap(([name, service]) => [
      ...imageProblems(name, service),
      ...secretProblems(name, service),
      ...waitingProblems(name, service, services),
      ...portProblems(name, service),
      ...addressProblems(name, service, services),
      ...commandProblems(root, name, service, facts),
      ...variableProblems(root, name, service, facts),
    ]),
    ...searchAttributeProblems(services, facts),
    ...dockerfileProblems(root),
  ];
}

function imageProblems(name: string, service: ComposeService): Problem[] {
  if (service.image === undefined) return [at(name, 'has no image.', 'Name one, with its exact version.')];
  return isPinned(service.image) ? [] : [at(name, `has the image «${service.image}».`, 'Pin it to an exact version.')];
}

function secretProblems(name: string, service: ComposeService): Problem[] {
  return Object.entries(service.environment)
    .filter(([variable, value]) => SECRET_NAME.test(variable) && !/^\$\{\w+:\?.+\}$/.test(value))
    .map(([variable]) =>
      at(name, `has a value for the secret ${variable} in the file.`, `Write \${${variable}:?what to set}.`),
    );
}

function waitingProblems(name: string, service: ComposeService, services: ComposeServices): Problem[] {
  const endsByItself = Object.values(services).some(
    (other) => other.depends_on[name]?.condition === 'service_completed_successfully',
  );
  return [
    ...(service.healthcheck === undefined && !endsByItself
      ? [at(name, 'has no health check.', 'Add one, so that others can wait for it.')]
      : []),
    ...Object.entries(service.depends_on).flatMap(([other, { condition }]) => [
      ...(services[other] === undefined
        ? [at(name, `waits for «${other}», which does not exist.`, 'Name a service.')]
        : []),
      ...(CONDITIONS.includes(condition)
        ? []
        : [at(name, `waits for ${other} with «${condition}».`, `Use one of ${CONDITIONS.join(', ')}.`)]),
    ]),
  ];
}

function portProblems(name: string, service: ComposeService): Problem[] {
  return service.ports
    .filter((port) => !port.startsWith('127.0.0.1:'))
    .map((port) => at(name, `opens «${port}» to every network.`, 'Begin it with 127.0.0.1:.'));
}

/** `host:port` and URLs in the environment must lead to a service of the file, at a port that it listens on. */
function addressProblems(name: string, service: ComposeService, services: ComposeServices): Problem[] {
  return Object.entries(service.environment).flatMap(([variable, value]) => {
    const [, host, port] = /^(?:https?:\/\/)?([a-z][a-z0-9-]*):(\d+)(?:\/|$)/.exec(value) ?? [];
    if (host === undefined || port === undefined) return [];
    const target = services[host];
    if (target === undefined)
      return [at(name, `sends ${variable} to «${host}», which does not exist.`, 'Name a service.')];
    if (listensOn(host, target).includes(port)) return [];
    return [at(name, `sends ${variable} to port ${port} of ${host}, where nothing listens.`, 'Correct the port.')];
  });
}

function listensOn(name: string, service: ComposeService): string[] {
  const published = service.ports.map((port) => port.split(':').at(-1) ?? '');
  const known = KNOWN_PORTS[name];
  return [...published, ...(known === undefined ? [] : [known]), ...optionValues(service.command, /-port$/)];
}

function commandProblems(root: string, name: string, service: ComposeService, facts: CodeFacts): Problem[] {
  const words = [...service.command, ...(service.healthcheck?.test ?? [])];
  const missing = words
    .filter((word) => /^[\w/.-]+\.ts$/.test(word) && !existsSync(join(root, word)))
    .map((word) => at(name, `runs ${word}, which does not exist.`, 'Name a file of this repository.'));
  if (missing.length > 0 || !service.command.includes('sandbox/main.ts')) return missing;
  return [
    ...service.command
      .filter((word) => word.startsWith('--') && word !== '--import')
      .filter((option) => ![...facts.sandboxLiterals].some((text) => text.split(/[\s,]/).includes(option)))
      .map((option) =>
        at(name, `passes ${option}, which sandbox/main.ts does not have.`, 'Use an option that it has.'),
      ),
    ...optionValues(service.command, /-port$/)
      .filter((port) => !facts.sandboxLiterals.has(port))
      .map((port) => at(name, `listens on ${port}, which is not a default of the sandbox.`, 'Use its default port.')),
  ];
}

function variableProblems(root: string, name: string, service: ComposeService, facts: CodeFacts): Problem[] {
  if (service.build === undefined) return [];
  const sandbox = service.command.includes('sandbox/main.ts');
  const text = sandbox ? facts.sandboxText : facts.productText;
  return Object.entries(service.environment).flatMap(([variable, value]) => {
    const known = READ_BY_LIBRARIES.test(variable) || new RegExp(`\\b${variable}\\b`).test(text);
    const file = value.startsWith('/app/') ? value.slice('/app/'.length) : null;
    return [
      ...(known
        ? []
        : [
            at(
              name,
              `sets ${variable}, which ${sandbox ? 'sandbox does not read' : 'neither src nor config reads'}.`,
              'Remove or correct it.',
            ),
          ]),
      ...(file === null || existsSync(join(root, file))
        ? []
        : [at(name, `points ${variable} at ${file}, which does not exist.`, 'Name a file of this repository.')]),
    ];
  });
}

function searchAttributeProblems(services: ComposeServices, facts: CodeFacts): Problem[] {
  const created = new Set(
    Object.values(services).flatMap((service) => service.environment['SEARCH_ATTRIBUTES']?.trim().split(/\s+/) ?? []),
  );
  return [
    ...[...facts.searchAttributes]
      .filter((attribute) => !created.has(attribute))
      .map((attribute) => at('SEARCH_ATTRIBUTES', `lacks ${attribute}, which the code sets.`, 'Add it.')),
    ...[...created]
      .filter((attribute) => !facts.searchAttributes.has(attribute))
      .map((attribute) => at('SEARCH_ATTRIBUTES', `has ${attribute}, which the code does not define.`, 'Remove it.')),
  ];
}

function dockerfileProblems(root: string): Problem[] {
  const path = join(root, 'Dockerfile');
  if (!existsSync(path)) return [{ where: 'Dockerfile', what: 'the file is missing.', todo: 'Restore it.' }];
  const lines = readFileSync(path, 'utf8').split('\n');
  const bases = lines.flatMap((line) => /^FROM\s+(\S+)/.exec(line)?.[1] ?? []);
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  return [
    ...bases
      .filter((image) => !isPinned(image))
      .map((image) => ({ where: 'Dockerfile', what: `the base is «${image}».`, todo: 'Pin it to an exact version.' })),
    ...copied
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => ({ where: 'Dockerfile', what: `copies ${file}, which does not exist.`, todo: 'Correct it.' })),
    ...(lines.some((line) => /^USER (?!root\b|0\b)\S+/.test(line))
      ? []
      : [{ where: 'Dockerfile', what: 'the image runs as root.', todo: 'Add `USER node`.' }]),
  ];
}

/**
 * Asks docker-compose itself whether it accepts the file, with something in every variable that the file requires; no
 * problem where that command is not installed.
 */
export function dockerComposeProblems(root: string): Problem[] {
  const path = join(root, COMPOSE_FILE);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const asked = Object.fromEntries(requiredVariables(text).map((name) => [name, 'only-for-this-check']));
  const answer = spawnSync('docker-compose', ['--file', COMPOSE_FILE, 'config'], {
    cwd: root,
    env: { ...process.env, ...asked },
    encoding: 'utf8',
  });
  if (answer.error !== undefined || answer.status === 0) return [];
  return [at('the file', `is refused by docker-compose: ${answer.stderr.trim()}`, 'Correct it.')];
}

/** An exact version as the tag (1.32.0, 17.11-alpine3.23), never a moving name such as latest, 20 or 17-alpine. */
function isPinned(image: string): boolean {
  // PostgreSQL's releases have two numbers.
  const version = image.startsWith('postgres:') ? /:\d+\.\d+/ : /:v?\d+\.\d+\.\d+/;
  return new RegExp(`${version.source}(-[\\w.-]+)?(@sha256:[0-9a-f]{64})?$`).test(image);
}

function optionValues(command: string[], option: RegExp): string[] {
  return command.flatMap((word, index) => (option.test(word) ? (command[index + 1] ?? []) : []));
}

function at(place: string, what: string, todo: string): Problem {
  return { where: `${COMPOSE_FILE}, ${place}`, what: `it ${what}`, todo };
}
