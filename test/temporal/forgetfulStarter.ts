/** Starts a development server, prints its facts and ends without stopping it. */
import { startDevServer } from '../../src/temporal/devServer.js';

const { address, pid, database } = await startDevServer({ port: 0, headless: true });
process.stdout.write(`${JSON.stringify({ address, pid, database })}\n`);
