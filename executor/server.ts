// Listens on a Unix socket (or on one that systemd handed over) and gives each connection its one command.
// It refuses connections past its bound, connections that say nothing in time, and lines that are too long.
// Where systemd has the socket, it may tell that nobody needs it: whoever connects after that waits in the socket for the next one.
//
// Invariants: at most `maxConnections`; the socket file is 0660 before anybody can connect; what was accepted is answered.
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Reason } from '../shared/model/reason.ts';
import type { Executor } from './executor.ts';
import { type FrameFault, FrameReader } from './frame-reader.ts';
import type { ExecutorEvent } from './protocol.ts';
import { isCancel } from './request.ts';

export interface ServerOptions {
  readonly executor: Executor;
  /** A path, or the descriptor of a socket that listens already. */
  readonly listen: { readonly path: string } | { readonly fd: number };
  readonly idleMs?: number;
  /** Told once when there was neither a connection nor a run for so long. */
  readonly unused?: { readonly afterMs: number; readonly tell: () => void };
}

const maxConnections = 16;
const defaultIdleMs = 10_000;

export class ExecutorServer {
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #unusedTimer: NodeJS.Timeout | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = maxConnections;
  }

  async start(): Promise<void> {
    await this.#open();
    this.#watchUse();
  }

  /** Takes no more connections; ends those that are open once their command has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#unusedTimer);
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    await this.#options.executor.close();
    for (const socket of this.#sockets) socket.destroySoon();
    await closed.promise;
  }

  async #open(): Promise<void> {
    const { listen } = this.#options;
    if ('fd' in listen) return await this.#listen(listen);
    const before = process.umask(0o117);
    try {
      await this.#listen(listen);
    } finally {
      process.umask(before);
    }
    chmodSync(listen.path, 0o660);
  }

  async #listen(where: ServerOptions['listen']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(where, resolve);
    await promise;
    this.#server.removeListener('error', reject);
  }

  #accept(socket: Socket): void {
    clearTimeout(this.#unusedTimer);
    this.#sockets.add(socket);
    const idle = setTimeout(() => socket.destroy(), this.#options.idleMs ?? defaultIdleMs);
    const reader = new FrameReader();
    let asked = false;
    let cancel: (() => void) | undefined;
    const say = (event: ExecutorEvent): void => {
      if (!socket.writable) return;
      socket.write(`${JSON.stringify(event)}\n`);
      if (event.kind === 'ended') this.#hangUp(socket);
    };
    socket.on('data', (chunk: Buffer) => {
      const { lines, fault } = reader.push(chunk);
      for (const line of lines) {
        if (asked && isCancel(line)) cancel?.();
        if (asked) continue;
        asked = true;
        clearTimeout(idle);
        cancel = this.#options.executor.handle(line, say);
      }
      if (fault !== null && !asked) this.#options.executor.refuse(faultReason(fault), say);
    });
    socket.on('end', () => {
      if (!asked) socket.destroy();
    });
    // A caller that goes away does not end its command: its outcome stays in the register.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(idle);
      this.#sockets.delete(socket);
      this.#watchUse();
    });
  }

  /** A command whose caller has gone away is looked for again later. */
  #watchUse(): void {
    const { unused, executor } = this.#options;
    if (unused === undefined || this.#sockets.size > 0) return;
    this.#unusedTimer = setTimeout(() => {
      if (executor.runningCount > 0) this.#watchUse();
      else unused.tell();
    }, unused.afterMs);
  }

  /** Nobody may keep a connection by not reading its last line. */
  #hangUp(socket: Socket): void {
    socket.end();
    const forced = setTimeout(() => socket.destroy(), this.#options.idleMs ?? defaultIdleMs);
    forced.unref();
    socket.once('close', () => clearTimeout(forced));
  }
}

function faultReason(fault: FrameFault): Reason {
  const what = fault === 'oversize' ? 'a line above 64 KiB' : 'a line that is not UTF-8';
  return {
    code: 'bad-frame',
    message: `The request is ${what}.`,
    remedy: 'Agent and executor must be of the same version.',
  };
}

/** Makes the socket's folder and takes away what a dead executor left; throws when one is alive. */
export async function claimSocket(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  if (await answers(path)) throw new Error(`another executor listens on ${path}`);
  rmSync(path, { force: true });
}

/** True when somebody accepts connections at the path. */
async function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const result = await promise;
  socket.destroy();
  return result;
}
