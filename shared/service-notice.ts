// Tells systemd that the program is ready, and every now and then that it is well (sd_notify(3)). In: what systemd put into the
// environment, and the program's own word on its health. Out: a run of systemd-notify; nothing where no systemd asked for it.
// Node has no datagram sockets of the Unix kind, so a program that comes with systemd sends the words: 7 ms of CPU time in 50 s.
// A program that is not well says nothing, and systemd starts it anew once its patience (WatchdogSec) is over.
// Invariant: at most one run at a time; one that hangs is killed before the next.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

export interface Health {
  /** What a restart would mend; null: nothing. */
  trouble(): string | null;
  /** One line for `systemctl status`. */
  status(): string;
}

export interface ServiceNoticeOptions {
  readonly health: Health;
  readonly clock: Clock;
  readonly log: Logger;
  /** Variables of systemd are taken out of it: they are nobody else's. */
  readonly env: NodeJS.ProcessEnv;
  /** The program that sends the words. */
  readonly program?: string;
}

const variables = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;
/** Three chances within the patience of systemd. */
const timesInPatience = 3;
/** A loop that comes so much later than asked for does nothing of use. */
const longestLagMs = 10_000;

/** To be called once, when the program is ready. Returns how to end it. */
export function noticeService(options: ServiceNoticeOptions): () => void {
  const { env, health } = options;
  const [socket, patience, pid] = variables.map((name) => env[name]);
  for (const name of variables) delete env[name];
  if (!socket) return () => undefined;
  const sender = new Sender(socket, options);
  sender.send(['READY=1', `STATUS=${oneLine(health.status())}`]);
  const isForUs = pid === undefined || pid === String(process.pid);
  const everyMs = isForUs ? Math.floor(Number(patience ?? 0) / 1000 / timesInPatience) : 0;
  return everyMs > 0 ? watch(everyMs, sender, options) : () => undefined;
}

function watch(everyMs: number, sender: Sender, { health, clock, log }: ServiceNoticeOptions): () => void {
  let cancel = (): void => undefined;
  let told: string | null = null;
  const arm = (): void => {
    const dueMs = clock.monotonic() + everyMs;
    cancel = clock.after(everyMs, () => {
      const lagMs = clock.monotonic() - dueMs;
      const trouble =
        lagMs > longestLagMs ? `the program came ${Math.round(lagMs / 1000)} s late` : health.trouble();
      if (trouble === null) sender.send(['WATCHDOG=1', `STATUS=${oneLine(health.status())}`]);
      else if (trouble !== told)
        log.error({ trouble }, 'not well: systemd is told nothing and may start it anew');
      told = trouble;
      arm();
    });
  };
  arm();
  return () => cancel();
}

class Sender {
  readonly #socket: string;
  readonly #options: ServiceNoticeOptions;
  #running: ChildProcess | undefined;

  constructor(socket: string, options: ServiceNoticeOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  send(words: readonly string[]): void {
    const { log, program = 'systemd-notify' } = this.#options;
    this.#running?.kill('SIGKILL');
    const child = spawn(program, words, {
      env: { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: this.#socket },
      stdio: 'ignore',
    });
    this.#running = child;
    child.unref();
    child.once('error', (err) => log.error({ err }, 'systemd cannot be told that the program is well'));
    child.once('exit', () => {
      if (this.#running === child) this.#running = undefined;
    });
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
