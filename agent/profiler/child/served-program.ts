// Has the profiler program run by a service: each connection to its socket is one run. In: the path of the socket. Out: a run. Its folder, its
// perf and its limits are the service's; when the connection ends, the service ends what is left of it.
import { connect, type Socket } from 'node:net';
import { errorCode } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import type { ProfilerMessage } from '../profiler-messages.ts';
import { profilerHungUp, profilerUnreachable } from '../reasons.ts';
import type { ProfileProgram } from './profile-program.ts';

export class ServedProgram implements ProfileProgram {
  readonly folder = null;
  readonly over: Promise<Reason>;
  readonly #socket: Socket;

  constructor(socketPath: string, onBytes: (bytes: Buffer) => void) {
    this.#socket = connect(socketPath);
    this.#socket.on('data', onBytes);
    let reason = profilerUnreachable(socketPath, 'closed');
    this.#socket.once('connect', () => {
      reason = profilerHungUp();
    });
    this.#socket.on('error', (error) => {
      // Once there was a connection, however it breaks: the program is gone.
      if (reason.code === 'profiler-unreachable')
        reason = profilerUnreachable(socketPath, errorCode(error) ?? error.message);
    });
    this.over = new Promise((resolve) => this.#socket.once('close', () => resolve(reason)));
  }

  send(message: ProfilerMessage): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  kill(): void {
    this.#socket.destroy();
  }
}
