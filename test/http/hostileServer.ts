import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server has seen it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Behaviour = (request: SeenRequest, response: ServerResponse, raw: IncomingMessage) => void;

/** A real HTTP server on a free port that answers as badly as a test wants. */
export class HostileServer {
  readonly seen: SeenRequest[] = [];
  connections = 0;
  private server: Server | undefined;
  private behaviour: Behaviour = (_request, response) => response.end('{}');

  get url(): string {
    return `http://127.0.0.1:${String((this.server!.address() as AddressInfo).port)}`;
  }

  async start(): Promise<void> {
    this.server = createServer((raw, response) => {
      const parts: Buffer[] = [];
      raw.on('data', (part: Buffer) => parts.push(part));
      raw.on('end', () => {
        const request = {
          method: raw.method ?? '',
          url: raw.url ?? '',
          headers: raw.headers,
          body: Buffer.concat(parts).toString('utf8'),
        };
        this.seen.push(request);
        this.behaviour(request, response, raw);
      });
    });
    this.server.on('connection', () => (this.connections += 1));
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server!.closeAllConnections();
    await new Promise((resolve) => this.server!.close(resolve));
  }

  /** From now on, answers like this; what was seen before is forgotten. */
  does(behaviour: Behaviour): void {
    this.seen.length = 0;
    this.behaviour = behaviour;
  }

  answers(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.does((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }
}
