// Asks devices that may be slow or hang: a drive, a board controller behind a sensor. In: the path of their file.
// Out: nothing but that they have answered. Such a reading holds one of the four threads that Node has for such work
// until the device answers: so a file whose reading has not come back is not read again, and only so many may wait.
import { open } from 'node:fs/promises';
import { HostError, hostError } from './host-error.ts';

const waitingLimit = 2;

export class SlowDevices {
  readonly #waiting = new Set<string>();

  /** Readings that have not come back. */
  get waiting(): number {
    return this.#waiting.size;
  }

  async wake(path: string): Promise<void> {
    const subject = `read ${path}`;
    if (this.#waiting.has(path)) throw new HostError(subject, 'EINPROGRESS');
    if (this.#waiting.size >= waitingLimit) throw new HostError(subject, 'EBUSY');
    this.#waiting.add(path);
    try {
      const file = await open(path, 'r');
      try {
        await file.read(Buffer.alloc(1), 0, 1, null);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw hostError(subject, error);
    } finally {
      this.#waiting.delete(path);
    }
  }
}
