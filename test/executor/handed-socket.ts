// A listening socket that is nobody's but the program's to which it is handed, as systemd does it: as descriptor 3.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../executor/main.ts', import.meta.url));

/** What the shell calls `"$@"` is the executor. */
const startOnce = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"';
const again = `while :; do sh -c '${startOnce.replaceAll("'", "'\\''")}' sh "$@" || exit 1; done`;

export interface HandedSocket {
  readonly holder: ChildProcess;
  readonly path: string;
}

/** `again`: it is started anew whenever it has ended well. Resolves when the socket can be dialled. */
export async function handOver(
  path: string,
  args: readonly string[],
  how: 'once' | 'again',
): Promise<HandedSocket> {
  const listening = createServer();
  listening.listen(path);
  await once(listening, 'listening');
  // Node gives no public name to the descriptor of a server.
  const { fd } = Reflect.get(listening, '_handle') as { fd: number };
  const script = how === 'once' ? startOnce : again;
  const holder = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    detached: true,
  });
  // This process must not accept; closing takes the path away, but not another name of the socket.
  renameSync(path, `${path}.kept`);
  listening.close();
  return { holder, path: `${path}.kept` };
}
