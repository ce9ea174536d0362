// Names of users. In: a uid. Out: the name, or the number as text when nobody knows one (yet).
// /etc/passwd answers at once. Users of a directory service are asked for through getent, one at a time and beside the
// sampling path: the number is shown until the answer is there. Who may use many uids must not make the agent start as
// many programs: after a first number of them one is started every few seconds.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { truncate } from '../../shared/text.ts';
import type { RunProgram } from './programs.ts';

const keptNames = 4096;
const queueLength = 64;
const forgetAfterMs = 600_000;
const askDeadlineMs = 5_000;
/** Starting a program costs the agent some milliseconds. */
const asksAtOnce = 64;
const askEveryMs = 4_000;
const longestName = 64;
const largestPasswdBytes = 4 * 1024 * 1024;

export class UserNames {
  readonly #passwdPath: string;
  readonly #run: RunProgram;
  readonly #clock: Clock;
  #names = new Map<number, string>();
  readonly #queue: number[] = [];
  #asking = false;
  #asksLeft = asksAtOnce;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #loadedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { passwdPath: string; run: RunProgram; clock: Clock }) {
    this.#passwdPath = options.passwdPath;
    this.#run = options.run;
    this.#clock = options.clock;
  }

  nameOf(uid: number): string {
    if (this.#clock.monotonic() - this.#loadedAtMs > forgetAfterMs) this.#load();
    const known = this.#names.get(uid);
    if (known !== undefined) {
      if (this.#queue.length > 0) void this.#askNext();
      return known;
    }
    const number = String(uid);
    if (this.#names.size >= keptNames) return number;
    this.#names.set(uid, number);
    if (this.#queue.length < queueLength) this.#queue.push(uid);
    void this.#askNext();
    return number;
  }

  #load(): void {
    this.#loadedAtMs = this.#clock.monotonic();
    try {
      const bytes = readFileSync(this.#passwdPath);
      this.#names = parsePasswd(bytes.toString('utf8', 0, largestPasswdBytes));
    } catch {
      // A machine without the file has its names elsewhere; numbers serve until then.
      this.#names = new Map();
    }
  }

  async #askNext(): Promise<void> {
    if (this.#asking || !this.#mayAsk()) return;
    const uid = this.#queue.shift();
    if (uid === undefined) return;
    this.#asking = true;
    this.#asksLeft -= 1;
    try {
      const request = { program: 'getent', arguments: ['passwd', String(uid)], deadlineMs: askDeadlineMs };
      const { exitCode, stdout } = await this.#run(request);
      const name = exitCode === 0 ? parsePasswd(stdout).get(uid) : undefined;
      if (name !== undefined) this.#names.set(uid, name);
    } catch {
      // No getent, or the directory service is silent: the number stays until everything is forgotten.
    } finally {
      this.#asking = false;
    }
    await this.#askNext();
  }

  #mayAsk(): boolean {
    const now = this.#clock.monotonic();
    const gained = Math.min(asksAtOnce, Math.floor((now - this.#askedAtMs) / askEveryMs));
    if (gained > 0) {
      this.#asksLeft = Math.min(asksAtOnce, this.#asksLeft + gained);
      this.#askedAtMs = now;
    }
    return this.#asksLeft > 0;
  }
}

/** Lines `name:password:uid:…`, see passwd(5); other lines are passed over. */
function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (!name || !uid || !/^\d{1,10}$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), truncate(name, longestName));
    if (names.size >= keptNames) break;
  }
  return names;
}
