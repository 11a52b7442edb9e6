import { connect, createServer } from 'node:net';

const localhost = '127.0.0.1';

/** A port of 127.0.0.1 nobody listens on now. */
export async function freePort(): Promise<number> {
  const port = await tryToListen(0);
  if (port === null) throw new Error(`${localhost} has no free port`);
  return port;
}

/** The usual port when nobody listens on it, else any free one. */
export async function usualOrFreePort(usual: number): Promise<number> {
  return (await isPortFree(usual)) ? usual : freePort();
}

/** Whether nobody listens on the port of 127.0.0.1, also not by listening on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await someoneListens(port)) && (await tryToListen(port)) !== null;
}

/** Whether a connection to the port of 127.0.0.1 is accepted. */
export function someoneListens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: localhost, port, timeout: 1000 });
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => {
      answer(true);
    });
    socket.once('timeout', () => {
      answer(false);
    });
    socket.once('error', () => {
      answer(false);
    });
  });
}

function tryToListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ host: localhost, port }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : null);
      });
    });
  });
}
