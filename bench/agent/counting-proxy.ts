// Stands between the agent and the collector and keeps what the agent sent. In: the collector's address. Out: an address
// for the agent, and every byte of every connection with its time. It refuses to keep more than a bound.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const mostBytes = 256 * 1024 * 1024;

export interface SentChunk {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** What the agent sent over one connection, in order. */
export type SentStream = readonly SentChunk[];

export class CountingProxy {
  readonly #server: Server;
  readonly #streams: SentChunk[][] = [];
  readonly #sockets = new Set<Socket>();
  #keptBytes = 0;
  #receivedBytes = 0;

  private constructor(target: string) {
    const [host = '', port = ''] = target.split(':');
    this.#server = createServer((socket) => this.#join(socket, connect(Number(port), host)));
  }

  static async start(target: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('the counting proxy does not listen');
    return `127.0.0.1:${address.port}`;
  }

  get streams(): readonly SentStream[] {
    return this.#streams;
  }

  /** From the collector to the agent. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(agent: Socket, collector: Socket): void {
    const stream: SentChunk[] = [];
    this.#streams.push(stream);
    for (const socket of [agent, collector]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      // Either side may go at any time; the other one goes with it.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        agent.destroy();
        collector.destroy();
        this.#sockets.delete(socket);
      });
    }
    agent.on('data', (bytes) => {
      collector.write(bytes);
      this.#keptBytes += bytes.length;
      if (this.#keptBytes > mostBytes)
        agent.destroy(new Error(`the agent sent more than ${mostBytes} bytes`));
      else stream.push({ atMs: performance.now(), bytes });
    });
    collector.on('data', (bytes) => {
      this.#receivedBytes += bytes.length;
      agent.write(bytes);
    });
  }
}
