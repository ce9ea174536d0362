// A port of a machine, reachable at 127.0.0.1 of this host and nowhere else. In: the machine's network namespace, its port, a
// folder for a socket. Out: the address on the host. Nothing of the machines' network gets a way out by it.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { LabError } from './commands.ts';
import { end, keep } from './keeper.ts';

const relayProgram = join(import.meta.dirname, 'relay.ts');

export class Forward {
  readonly #relay: ChildProcess;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(relay: ChildProcess, socketPath: string) {
    this.#relay = relay;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near, socketPath));
  }

  /** Port 0 chooses a free one. */
  static async start(network: string, port: number, folder: string, hostPort: number): Promise<Forward> {
    const socketPath = join(folder, `port-${port}.sock`);
    const relayCommand = [`--net=${network}`, process.execPath, relayProgram, socketPath, String(port)];
    const relay = keep(['nsenter', ...relayCommand], ['ignore', 'pipe', 'inherit']);
    const forward = new Forward(relay, socketPath);
    try {
      if (relay.stdout === null) throw new LabError('the relay has no output');
      await Promise.race([once(relay.stdout, 'data'), once(relay, 'exit').then(refuse)]);
      forward.#server.listen(hostPort, '127.0.0.1');
      await once(forward.#server, 'listening').catch((error: unknown) => {
        throw new LabError(`listen on 127.0.0.1:${hostPort}: ${String(error)}; name another: --port`);
      });
    } catch (error) {
      await forward.stop();
      throw error;
    }
    return forward;
  }

  /** HOST:PORT on this host. */
  get address(): string {
    const address = this.#server.address() as AddressInfo | null;
    return `127.0.0.1:${address?.port ?? 0}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
    await end(this.#relay);
  }

  #join(near: Socket, socketPath: string): void {
    const far = connect({ path: socketPath, allowHalfOpen: true });
    near.pipe(far).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#connections.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#connections.delete(socket);
        other.destroy();
      });
    }
  }
}

function refuse(): never {
  throw new LabError('the relay into the network of the laboratory did not start');
}
