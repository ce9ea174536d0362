// One program that runs as long as the agent and prints documents one after another. In: the program, the mark that
// ends a document. Out: each complete document, once; a sentence about what is wrong.
// It refuses programs that are not on the host's list, and documents above a bound. It arms no timer: its owner calls
// `keepRunning` at each reading, and there a program that fell silent is ended and one that has ended is started again,
// after a delay that grows.
// Invariants: at most one program is there at any time. One that cannot be ended, because it hangs in its driver, is
// left alone and keeps its place: nothing waits for it. When the agent dies the program's next writing ends it.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Backoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { truncate, visible } from '../../shared/text.ts';
import { hostError } from './host-error.ts';

export interface StreamRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  /** ASCII text with which every document ends. */
  readonly endMark: string;
  /** More bytes than this without an end mark end the program. */
  readonly documentBytes: number;
  /** A program without a document for so long hangs, and is ended. */
  readonly patienceMs: number;
  /** The same for its first document. */
  readonly startPatienceMs: number;
  /** Gets the bytes up to and with the end mark; they are valid until it returns. */
  readonly onDocument: (document: Buffer) => void;
  /** Called when the program is gone, or was told to end. */
  readonly onEnd?: () => void;
}

export interface ChildStream {
  /** Starts the program, ends it or lets it be, as its state wants it. */
  keepRunning(): void;
  /** What is wrong with the program; null while it starts and while it works. */
  readonly failure: string | null;
  /** Process id; null while there is none. */
  readonly pid: number | null;
  /** Ends the program; idempotent. A later `keepRunning` starts it anew. */
  close(): void;
}

export interface StreamDoor {
  readonly allowed: ReadonlySet<string>;
  /** Folders to search, as in PATH. */
  readonly path: string;
  readonly clock: Clock;
}

const firstBufferBytes = 64 * 1024;
const firstDelayMs = 5_000;
const longestDelayMs = 300_000;
const shownCharacters = 200;

export class LongChild implements ChildStream {
  readonly #request: StreamRequest;
  readonly #door: StreamDoor;
  readonly #backoff = new Backoff({ firstMs: firstDelayMs, capMs: longestDelayMs });
  #child: ChildProcess | null = null;
  /** Who told the program to end: nothing of it is taken any more. */
  #endedBy: 'nobody' | 'fault' | 'owner' = 'nobody';
  #isWanted = false;
  #failure: string | null = null;
  #hasDocument = false;
  /** Monotonic: when the newest document came, or the start. */
  #heardAtMs = 0;
  #startAtMs = Number.NEGATIVE_INFINITY;
  #buffer = Buffer.alloc(0);
  #length = 0;

  constructor(request: StreamRequest, door: StreamDoor) {
    this.#request = request;
    this.#door = door;
  }

  get failure(): string | null {
    return this.#failure;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  keepRunning(): void {
    this.#isWanted = true;
    const nowMs = this.#door.clock.monotonic();
    if (this.#child === null) {
      if (nowMs >= this.#startAtMs) this.#start(nowMs);
      return;
    }
    const { patienceMs, startPatienceMs, program } = this.#request;
    const limitMs = this.#hasDocument ? patienceMs : startPatienceMs;
    if (this.#endedBy !== 'nobody' || nowMs - this.#heardAtMs <= limitMs) return;
    this.#end('fault', `${program} has printed nothing whole for ${limitMs / 1000} s`);
  }

  close(): void {
    this.#isWanted = false;
    this.#backoff.reset();
    this.#startAtMs = Number.NEGATIVE_INFINITY;
    if (this.#endedBy === 'nobody') this.#end('owner', null);
    this.#endedBy = 'owner';
    this.#failure = null;
  }

  #start(nowMs: number): void {
    const { program, arguments: words } = this.#request;
    if (!this.#door.allowed.has(program)) {
      this.#failure = `run ${program}: EPERM`;
      return;
    }
    this.#endedBy = 'nobody';
    this.#hasDocument = false;
    this.#heardAtMs = nowMs;
    this.#buffer = Buffer.allocUnsafeSlow(firstBufferBytes);
    this.#length = 0;
    const child = spawn(program, words, {
      env: { PATH: this.#door.path, LC_ALL: 'C' },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stdout.on('error', () => {
      // The end of the program tells the same.
    });
    child.on('error', (error) => this.#gone(child, hostError(`run ${program}`, error).message));
    child.on('close', (code, signal) => this.#gone(child, this.#farewell(code, signal)));
  }

  #take(chunk: Buffer): void {
    if (this.#endedBy !== 'nobody') return;
    const { endMark, documentBytes, program } = this.#request;
    if (this.#length + chunk.length > documentBytes) {
      this.#end('fault', `${program} printed more than ${documentBytes} bytes in one document`);
      return;
    }
    let searched = Math.max(0, this.#length - endMark.length + 1);
    this.#append(chunk);
    let done = 0;
    for (;;) {
      const at = this.#buffer.subarray(0, this.#length).indexOf(endMark, searched, 'latin1');
      if (at < 0) break;
      searched = at + endMark.length;
      this.#deliver(this.#buffer.subarray(done, searched));
      done = searched;
    }
    this.#buffer.copyWithin(0, done, this.#length);
    this.#length = Math.max(0, this.#length - done);
  }

  #append(chunk: Buffer): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = needed;
  }

  #deliver(document: Buffer): void {
    this.#heardAtMs = this.#door.clock.monotonic();
    this.#failure = null;
    this.#backoff.reset();
    // Only the first document is worth holding the agent for: somebody may wait for it.
    if (!this.#hasDocument) this.#release();
    this.#hasDocument = true;
    this.#request.onDocument(document);
  }

  #end(by: 'fault' | 'owner', failure: string | null): void {
    this.#endedBy = by;
    this.#failure = failure;
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    this.#release();
    this.#child?.stdout?.destroy();
    this.#child?.kill('SIGKILL');
    this.#request.onEnd?.();
  }

  /** Lets the agent end while the program is there. */
  #release(): void {
    this.#child?.unref();
    if (this.#child?.stdout instanceof Socket) this.#child.stdout.unref();
  }

  #gone(child: ChildProcess, failure: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    const nowMs = this.#door.clock.monotonic();
    if (this.#endedBy !== 'owner') {
      this.#failure ??= failure;
      this.#startAtMs = nowMs + this.#backoff.next();
      this.#request.onEnd?.();
    } else if (this.#isWanted) {
      // Its owner wanted it again before it was gone.
      this.#start(nowMs);
    }
  }

  #farewell(code: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#buffer.toString('utf8', 0, Math.min(this.#length, shownCharacters * 4)).trim();
    const how = signal === null ? `exit code ${code}` : signal;
    const words = truncate(visible(said.replaceAll('\n', ' ')), shownCharacters);
    return `${this.#request.program} ended (${how})${words === '' ? '' : `: ${words}`}`;
  }
}
