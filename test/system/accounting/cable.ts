// The network between an agent and a collector: one loopback address that stays, whatever becomes of the collector
// behind it, and that breaks where a test wants it to.

import { once } from 'node:events';
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net';

interface Line {
  readonly agent: Socket;
  readonly collector: Socket;
  /** Bytes that still pass from the agent before the line breaks. */
  bytesLeft: number;
}

export class Cable {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #port = 0;
  #collectorPort: number | null = null;
  #bytesPerLine: () => number = () => Number.POSITIVE_INFINITY;
  /** Agents that call while nobody is there. */
  readonly #callers = new Set<Socket>();
  /** Whether they are told at once that nobody is there, or wait for somebody. */
  refuses = false;
  /** How often a line broke in the middle of what an agent sent. */
  cuts = 0;

  private constructor() {
    this.#server = createServer((agent) => this.#join(agent));
  }

  static async lay(): Promise<Cable> {
    const cable = new Cable();
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    const address = cable.#server.address();
    cable.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return cable;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** null: nobody is there, and every line breaks. */
  leadTo(port: number | null): void {
    this.#collectorPort = port;
    for (const line of this.#lines) this.#end(line);
    if (port === null) return;
    const callers = [...this.#callers];
    this.#callers.clear();
    for (const caller of callers) this.#join(caller);
  }

  /** Each new line breaks after so many bytes of the agent. */
  breakAfter(bytes: () => number): void {
    this.#bytesPerLine = bytes;
  }

  cut(): void {
    for (const line of this.#lines) this.#end(line);
    for (const caller of this.#callers) caller.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #join(agent: Socket): void {
    if (this.#collectorPort === null) {
      this.#wait(agent);
      return;
    }
    const collector = connectTo(this.#collectorPort, '127.0.0.1');
    const line: Line = { agent, collector, bytesLeft: this.#bytesPerLine() };
    this.#lines.add(line);
    for (const socket of [agent, collector]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.#end(line)).on('close', () => this.#end(line));
    }
    collector.on('data', (bytes) => agent.write(bytes));
    agent.on('data', (bytes) => this.#pass(line, bytes));
  }

  #wait(agent: Socket): void {
    agent.on('error', () => undefined).on('close', () => this.#callers.delete(agent));
    if (this.refuses) agent.resetAndDestroy();
    else this.#callers.add(agent);
  }

  #pass(line: Line, bytes: Buffer): void {
    const passing = bytes.subarray(0, line.bytesLeft);
    line.bytesLeft -= passing.length;
    if (line.bytesLeft > 0) {
      line.collector.write(passing);
      return;
    }
    this.cuts += 1;
    // What passed arrives, the rest never does.
    line.collector.end(passing);
    line.agent.resetAndDestroy();
    this.#lines.delete(line);
  }

  #end(line: Line): void {
    if (!this.#lines.delete(line)) return;
    line.agent.destroy();
    line.collector.destroy();
  }
}
