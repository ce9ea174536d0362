// Reads files in threads, one each, so that a hostile one holds up nobody: it has a bound of memory and of time.
// In: a file. Out: what it tells. It refuses (ImportError) what the thread refuses, and what is beyond the bounds.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../shared/clock.ts';
import { errorCode } from '../../shared/errors.ts';
import { ImportError, tooLarge } from './import-error.ts';
import type { ImportAnswer } from './import-thread.ts';
import type { FileToRead, ReadFile } from './read-file.ts';

const program = import.meta.filename.endsWith('.mjs')
  ? join(import.meta.dirname, 'jidi-profile-import.mjs')
  : join(import.meta.dirname, 'import-thread.ts');

/** Below what a request may take. */
const readWithinMs = 20_000;
/** What is unpacked comes on top. */
const heapMiB = 768;

export interface FileReaderOptions {
  readonly clock: Clock;
  readonly withinMs?: number;
  readonly heapMiB?: number;
}

export class FileReader {
  readonly #options: FileReaderOptions;
  readonly #running = new Set<Worker>();

  constructor(options: FileReaderOptions) {
    this.#options = options;
  }

  /** The bytes move into the thread: they are gone here. */
  async read(file: FileToRead): Promise<ReadFile> {
    const bytes = ownBytes(file.bytes);
    const worker = new Worker(program, {
      workerData: { ...file, bytes },
      transferList: [bytes.buffer],
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMiB ?? heapMiB },
    });
    this.#running.add(worker);
    try {
      return await this.#answer(worker);
    } finally {
      this.#running.delete(worker);
      await worker.terminate();
    }
  }

  /** Idempotent; what is under way fails. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }

  #answer(worker: Worker): Promise<ReadFile> {
    const { clock, withinMs = readWithinMs } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(withinMs, () =>
        reject(tooLarge(`the file was not read within ${withinMs / 1000} s`)),
      );
      const settle = (end: () => void): void => {
        cancel();
        end();
      };
      worker.on('message', (message: ImportAnswer) =>
        settle(() => {
          if ('read' in message) return resolve(message.read);
          const { code, message: what, remedy } = message.refused;
          reject(new ImportError(code, what, remedy));
        }),
      );
      worker.on('error', (error) => settle(() => reject(isOutOfMemory(error) ? noMemory() : error)));
      worker.on('exit', () => settle(() => reject(new Error('the thread that read a file ended by itself'))));
    });
  }
}

/** A part of a larger buffer cannot move. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}

function isOutOfMemory(error: unknown): boolean {
  return errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
}

function noMemory(): ImportError {
  return tooLarge('the file takes more memory than reading one may');
}
