// Reads files whose driver may hang, beside the sampling path. In: paths. Out: their text, or a HostError.
// A driver that hangs blocks the reading for ever, and the reading holds one of the four threads that Node has for such
// work. Invariant: at most one call is under way; while one has not come back every other is refused at once
// (EINPROGRESS), so that a hung driver costs one thread and nobody waits for it. Descriptors of kept files stay open.
import { close, open, read, readdir } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { HostError, hostError } from './host-error.ts';

export interface BackgroundFiles {
  /** The content without the line feed that must end it; the descriptor stays open. Rejects with HostError. */
  readText(path: string): Promise<string>;
  /** The same, through a descriptor of its own. */
  readOnce(path: string): Promise<string>;
  /** Names in a folder. Rejects with HostError. */
  list(path: string): Promise<readonly string[]>;
  /** Subject of the call that has not come back in time; null when there is none. */
  readonly hanging: string | null;
  /** Closes what is open; every later call is refused. Idempotent. */
  close(): void;
}

/** Everything that is read here is small. */
const fileBytes = 4096;
const mostNames = 4096;

export interface BackgroundOptions {
  readonly clock: Clock;
  /** How long one call may take. */
  readonly deadlineMs: number;
}

/** The call under way. */
interface Call {
  readonly subject: string;
  readonly begunAtMs: number;
  isLate: boolean;
  readonly reject: (error: Error) => void;
}

type Done<T> = (error: Error | null, result?: T) => void;

export class FileThread implements BackgroundFiles {
  readonly #options: BackgroundOptions;
  readonly #buffer = Buffer.allocUnsafeSlow(fileBytes);
  readonly #descriptors = new Map<string, number>();
  #pending: Call | null = null;
  #isWatched = false;
  #isClosed = false;

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  get hanging(): string | null {
    return this.#pending?.isLate === true ? this.#pending.subject : null;
  }

  async readText(path: string): Promise<string> {
    const subject = `read ${path}`;
    const known = this.#descriptors.get(path);
    const descriptor = known ?? (await this.#open(path, subject));
    try {
      return await this.#read(descriptor, subject);
    } catch (error) {
      if (this.#pending === null) this.#forget(path);
      throw error;
    }
  }

  async readOnce(path: string): Promise<string> {
    try {
      return await this.readText(path);
    } finally {
      if (this.#pending === null) this.#forget(path);
    }
  }

  async list(path: string): Promise<readonly string[]> {
    const names = await this.#call<string[]>(`list ${path}`, (done) => readdir(path, done));
    return names.slice(0, mostNames);
  }

  close(): void {
    this.#isClosed = true;
    for (const path of this.#descriptors.keys()) this.#forget(path);
  }

  async #open(path: string, subject: string): Promise<number> {
    const descriptor = await this.#call<number>(subject, (done) => open(path, 'r', done), closeQuietly);
    if (this.#isClosed) {
      closeQuietly(descriptor);
      throw new HostError(subject, 'ECANCELED');
    }
    this.#descriptors.set(path, descriptor);
    return descriptor;
  }

  async #read(descriptor: number, subject: string): Promise<string> {
    const length = await this.#call<number>(subject, (done) =>
      read(descriptor, this.#buffer, 0, fileBytes, 0, done),
    );
    if (length === fileBytes) throw new HostError(subject, 'EFBIG');
    const text = this.#buffer.toString('utf8', 0, length);
    // The kernel ends what it writes with a line feed; a number without one may be any part of a longer one.
    if (!text.endsWith('\n')) throw new HostError(subject, 'EBADMSG');
    return text.slice(0, -1);
  }

  #forget(path: string): void {
    const descriptor = this.#descriptors.get(path);
    this.#descriptors.delete(path);
    if (descriptor !== undefined) closeQuietly(descriptor);
  }

  /** Makes one call; `discard` gets a result that comes when nobody waits any more. */
  #call<T>(subject: string, begin: (done: Done<T>) => void, discard?: (result: T) => void): Promise<T> {
    if (this.#isClosed) return Promise.reject(new HostError(subject, 'ECANCELED'));
    if (this.#pending !== null) return Promise.reject(new HostError(subject, 'EINPROGRESS'));
    return new Promise((resolve, reject) => {
      const call: Call = { subject, begunAtMs: this.#options.clock.monotonic(), isLate: false, reject };
      this.#pending = call;
      if (!this.#isWatched) this.#watchFor(this.#options.deadlineMs);
      begin((error, result) => {
        this.#pending = null;
        if (error !== null || result === undefined) reject(hostError(subject, error));
        else if (call.isLate) discard?.(result);
        else resolve(result);
      });
    });
  }

  /** One timer watches call after call: to arm one for each costs more than the call. */
  #watchFor(durationMs: number): void {
    const { clock, deadlineMs } = this.#options;
    this.#isWatched = true;
    clock.after(durationMs, () => {
      this.#isWatched = false;
      const call = this.#pending;
      if (call === null || call.isLate) return;
      const leftMs = call.begunAtMs + deadlineMs - clock.monotonic();
      if (leftMs > 0) {
        this.#watchFor(leftMs);
        return;
      }
      call.isLate = true;
      call.reject(new HostError(call.subject, 'ETIMEDOUT'));
    });
  }
}

function closeQuietly(descriptor: number): void {
  close(descriptor, () => {
    // Nothing was written; there is nothing to be told.
  });
}
