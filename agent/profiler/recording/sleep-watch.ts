// Tells of threads that no sample tells of because they slept. In: /proc, looked at when a recording begins and ends, and ten times a
// second where perf may not see switches. Out: how long each slept, and where in the kernel as far as the kernel says it.
// A thread that was never switched in between the two looks slept all the time; the time of those that were is perf's to tell.
// Bounds: `mostThreads` at the begin and the end, `mostLooked` ten times a second.
import { visible } from '../../../shared/text.ts';
import type { Host } from '../../host/host.ts';
import { ProcFiles } from '../../processes/proc-files.ts';
import { ProcessStat } from '../../processes/process-stat.ts';
import type { WaitSource } from '../perf/sampled-event.ts';
import type { TakenSample } from '../samples/sample-builder.ts';
import type { Target } from '../target/target.ts';

const mostThreads = 4096;
const mostLooked = 256;
const lookEveryMs = 100;
const mostFrames = 64;
const sleepingStates = 'SDTI';

export interface Sleep {
  readonly sample: TakenSample;
  /** Leaf first, as perf writes them. */
  readonly frames: readonly string[];
}

interface Look {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly startTicks: number;
  readonly isAsleep: boolean;
}

interface Sleeper extends Look {
  readonly switches: string;
  readonly frames: readonly string[];
}

export class SleepWatch {
  readonly #host: Host;
  readonly #target: Target;
  readonly #source: WaitSource;
  readonly #files: ProcFiles;
  readonly #slept: Sleep[] = [];
  #first: readonly Sleeper[] = [];
  #beganMs = 0;
  #cancel = (): void => undefined;

  constructor(host: Host, target: Target, source: WaitSource) {
    this.#host = host;
    this.#target = target;
    this.#source = source;
    this.#files = new ProcFiles(host);
  }

  begin(): void {
    this.#beganMs = this.#host.clock.monotonic();
    if (this.#source === 'looks') return this.#lookLater();
    this.#first = this.#threads(mostThreads)
      .filter(({ isAsleep }) => isAsleep)
      .map((look) => ({ ...look, switches: this.#switches(look), frames: this.#frames(look) }));
  }

  /** `lastedMs`: the whole recording. */
  end(lastedMs: number): readonly Sleep[] {
    this.#cancel();
    for (const sleeper of this.#first) {
      const now = this.#look(sleeper.pid, sleeper.tid);
      if (now?.startTicks !== sleeper.startTicks || this.#switches(sleeper) !== sleeper.switches) continue;
      this.#take(sleeper, 0, lastedMs, sleeper.frames);
    }
    return this.#slept;
  }

  #lookLater(): void {
    const { clock } = this.#host;
    const sinceMs = clock.monotonic();
    this.#cancel = clock.after(lookEveryMs, () => {
      const nowMs = clock.monotonic();
      for (const look of this.#threads(mostLooked)) {
        if (look.isAsleep) this.#take(look, sinceMs - this.#beganMs, nowMs - sinceMs, this.#frames(look));
      }
      this.#lookLater();
    });
  }

  #take({ pid, tid, name }: Look, timeMs: number, lastedMs: number, frames: readonly string[]): void {
    this.#slept.push({ sample: { pid, tid, name, timeMs, weight: Math.round(lastedMs * 1000) }, frames });
  }

  #threads(most: number): Look[] {
    const looks: Look[] = [];
    for (const pid of this.#target.members.keys()) {
      for (const tid of this.#tids(pid)) {
        if (looks.length >= most) return looks;
        const look = this.#look(pid, tid);
        if (look !== undefined) looks.push(look);
      }
    }
    return looks;
  }

  #tids(pid: number): readonly number[] {
    const { tids } = this.#target;
    if (tids !== null) return tids;
    try {
      return this.#host.list(`${this.#host.roots.proc}/${pid}/task`).map(Number);
    } catch {
      // The process has ended.
      return [];
    }
  }

  #look(pid: number, tid: number): Look | undefined {
    const stat = new ProcessStat();
    const files = this.#files;
    if (files.read(`${pid}/task/${tid}/stat`) !== 'read' || !stat.parse(files.bytes, files.length))
      return undefined;
    const name = files.bytes.toString('utf8', stat.nameStart, stat.nameEnd);
    const isAsleep = sleepingStates.includes(String.fromCharCode(stat.state));
    return { pid, tid, name, startTicks: stat.startTicks, isAsleep };
  }

  /** How often it left its CPU until now. */
  #switches({ pid, tid }: Look): string {
    const status = this.#files.text(`${pid}/task/${tid}/status`) ?? '';
    return status.slice(Math.max(0, status.indexOf('voluntary_ctxt_switches')));
  }

  /** Only root may see the stack; the place of the wait is told to whoever may trace the process. */
  #frames({ pid, tid }: Look): readonly string[] {
    const stack = parseKernelStack(this.#files.text(`${pid}/task/${tid}/stack`) ?? '');
    if (stack.length > 0) return stack;
    const place = this.#files.text(`${pid}/task/${tid}/wchan`)?.trim() ?? '';
    return [kernelFrame(place === '' || place === '0' ? '[asleep]' : place)];
  }
}

/** `[<0>] pipe_read+0x1e/0x2a0 [module]`, one frame in each line, the innermost first. */
export function parseKernelStack(text: string): string[] {
  const frames: string[] = [];
  for (const line of text.split('\n')) {
    const [, name] = /^\[<[0-9a-fx]+>\] ([^+\s]{1,200})/.exec(line) ?? [];
    if (name !== undefined && frames.length < mostFrames) frames.push(kernelFrame(name));
  }
  return frames;
}

function kernelFrame(name: string): string {
  return `${visible(name)} ([kernel.kallsyms])`;
}
