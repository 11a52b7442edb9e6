import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startDevServer, type DevServer } from '../../src/temporal/devServer.js';

/** A Temporal server of one's own whose database can be lost: killed, its files deleted, and a new one at the same address that knows nothing. */
export class LosableTemporal {
  private constructor(
    private readonly folder: string,
    private server: DevServer,
  ) {}

  static async start(): Promise<LosableTemporal> {
    const folder = await mkdtemp(join(tmpdir(), 'losable-temporal-'));
    return new LosableTemporal(folder, await startDevServer({ port: 0, headless: true, dbFile: database(folder) }));
  }

  get address(): string {
    return this.server.address;
  }

  /** @param meanwhile done while no server is there */
  async loseDatabase(meanwhile: () => void): Promise<void> {
    const port = Number(this.server.address.split(':')[1]);
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.ended;
    meanwhile();
    await rm(this.folder, { recursive: true });
    this.server = await startDevServer({ port, headless: true, dbFile: database(this.folder) });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function database(folder: string): string {
  return join(folder, 'temporal.db');
}
