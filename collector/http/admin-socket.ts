// The admin socket: whoever may open the file (root, or the user whose collector it is) is an administrator, without a login.
// In: the HTTP server's routes. Out: the same routes on a Unix socket of mode 0600.
import { lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/folders.ts';
import { socketRequests } from './visit.ts';

export interface AdminSocket {
  close(): void;
}

/** Linux takes no longer ones. */
const maxPathBytes = 107;
const maxConnections = 64;

export async function openAdminSocket(app: FastifyInstance, path: string): Promise<AdminSocket> {
  const server = createServer((request, response) => {
    socketRequests.add(request);
    app.routing(request, response);
  });
  server.maxConnections = maxConnections;
  try {
    if (Buffer.byteLength(path) > maxPathBytes) throw new Error(`longer than ${maxPathBytes} bytes`);
    makeFolder(dirname(path));
    removeStale(path);
    // The file must never be there for others, not even for a moment; it is made before listen comes back.
    const before = process.umask(0o177);
    const listening = new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    process.umask(before);
    await listening;
  } catch (error) {
    const remedy = 'Name another place: configuration key adminSocket; none: do without.';
    throw new StartError(`admin socket ${path}: ${errorMessage(error)}`, remedy, { cause: error });
  }
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Of a collector that was killed; one that runs holds the data folder, and this one had not come so far. */
function removeStale(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
