// Asks filesystems for their size. In: a mount point. Out: numbers, or a HostError after the deadline.
// A file server that is gone blocks the call for ever, and the call holds one of the four threads that Node has for
// such work. So a mount whose call has not come back is not asked again, and only so many may hang at once.
import type { StatsFs } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { HostError, hostError } from './host-error.ts';

export type StatMount = (path: string) => Promise<Pick<StatsFs, MountNumbers>>;
type MountNumbers = 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree';

export interface MountSize {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Free for users that are not root. */
  readonly availableBytes: number;
  /** 0 where the filesystem does not count its files. */
  readonly files: number;
  readonly filesFree: number;
}

export interface MountRequest {
  readonly path: string;
  readonly deadlineMs: number;
  /** A local filesystem may take a thread that is denied to remote ones. */
  readonly local: boolean;
}

const hangingLimit = { remote: 2, local: 3 } as const;

export class MountStatistics {
  readonly #clock: Clock;
  readonly #stat: StatMount;
  readonly #pending = new Set<string>();

  constructor(clock: Clock, stat: StatMount) {
    this.#clock = clock;
    this.#stat = stat;
  }

  /** Calls that have not come back. */
  get waiting(): number {
    return this.#pending.size;
  }

  async read(request: MountRequest): Promise<MountSize> {
    const subject = `statfs ${request.path}`;
    if (this.#pending.has(request.path)) throw new HostError(subject, 'EINPROGRESS');
    if (this.#pending.size >= hangingLimit[request.local ? 'local' : 'remote']) {
      throw new HostError(subject, 'EBUSY');
    }
    this.#pending.add(request.path);
    const call = this.#stat(request.path).finally(() => this.#pending.delete(request.path));
    const numbers = await this.#beforeDeadline(call, request.deadlineMs, subject);
    return {
      sizeBytes: numbers.blocks * numbers.bsize,
      freeBytes: numbers.bfree * numbers.bsize,
      availableBytes: numbers.bavail * numbers.bsize,
      files: numbers.files,
      filesFree: numbers.ffree,
    };
  }

  #beforeDeadline<T>(call: Promise<T>, deadlineMs: number, subject: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(deadlineMs, () => reject(new HostError(subject, 'ETIMEDOUT')));
      call.then(resolve, (error: unknown) => reject(hostError(subject, error))).finally(cancel);
    });
  }
}
