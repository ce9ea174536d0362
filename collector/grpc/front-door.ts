// The socket of a listener. In: an address. Out: connections, as many as there may be; each is counted until it closes.
// It refuses more connections than allowed, in all and of one address; handshakes that were too many end with the oldest.
//
// Invariants: every connection that is taken is counted once and let go once; a handshake is over when `settled` says so
// or its connection closes.
import { createServer, type Server, type Socket } from 'node:net';
import { type Address, isLoopback, plainAddress } from '../../shared/address.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { type ConnectionStatistics, countRefused } from './connection-statistics.ts';

type Limits = Pick<ConnectionLimits, 'connections' | 'connectionsPerAddress' | 'relays' | 'handshakes'>;

export interface FrontDoorOptions {
  readonly limits: Limits;
  readonly statistics: ConnectionStatistics;
  readonly hasHandshake: boolean;
  readonly take: (socket: Socket) => void;
}

type SocketEnd = Pick<Socket, 'remoteAddress' | 'remotePort'>;

export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #server: Server;
  readonly #relays: ReadonlySet<string>;
  readonly #perAddress = new Map<string, number>();
  /** By address and port, in the order in which they came. */
  readonly #handshakes = new Map<string, Socket>();
  /** Whose handshake was ended here, and has not failed yet. */
  #thrownOut = 0;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#relays = new Set(options.limits.relays);
    this.#server = createServer((socket) => this.#open(socket));
    this.#server.maxConnections = options.limits.connections;
    this.#server.on('drop', () => countRefused(options.statistics, 'too-many'));
  }

  /** Resolves with the bound port. Rejects with what the system says. */
  listen({ host, port }: Address): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Resolves when the last connection is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#handshakes.values()) socket.destroy();
    });
  }

  /** Its handshake is over. `end`: the connection, or what TLS has made of it. */
  settled(end: SocketEnd): void {
    this.#settled(endOf(end));
  }

  /** A handshake broke off: whether that was done here, and counted. */
  wasThrownOut(): boolean {
    if (this.#thrownOut === 0) return false;
    this.#thrownOut -= 1;
    return true;
  }

  #open(socket: Socket): void {
    const { statistics, hasHandshake, take } = this.#options;
    const address = plainAddress(socket.remoteAddress ?? '');
    if (!this.#hasRoomFor(address)) {
      countRefused(statistics, 'too-many-of-address');
      socket.destroy();
      return;
    }
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    statistics.open += 1;
    statistics.opened += 1;
    socket.on('error', () => undefined);
    const end = endOf(socket);
    socket.once('close', () => this.#closed(end, address));
    if (hasHandshake) this.#awaitHandshake(end, socket);
    take(socket);
  }

  #awaitHandshake(end: string, socket: Socket): void {
    const { statistics, limits } = this.#options;
    this.#handshakes.set(end, socket);
    statistics.openHandshakes += 1;
    const [oldest] = this.#handshakes;
    if (this.#handshakes.size <= limits.handshakes || oldest === undefined) return;
    countRefused(statistics, 'too-many-handshakes');
    this.#settled(oldest[0]);
    oldest[1].destroy();
    this.#thrownOut += 1;
  }

  #settled(end: string): void {
    if (this.#handshakes.delete(end)) this.#options.statistics.openHandshakes -= 1;
  }

  #closed(end: string, address: string): void {
    this.#settled(end);
    this.#options.statistics.open -= 1;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }

  #hasRoomFor(address: string): boolean {
    if (isLoopback(address) || this.#relays.has(address)) return true;
    return (this.#perAddress.get(address) ?? 0) < this.#options.limits.connectionsPerAddress;
  }
}

function endOf({ remoteAddress, remotePort }: SocketEnd): string {
  return `${remoteAddress} ${remotePort}`;
}
