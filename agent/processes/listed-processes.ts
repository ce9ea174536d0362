// Keeps what is told of the listed processes beside their figures, and reads it again as seldom as is honest.
// In: processes of the table. Out: facts, where they wait, which CPUs they may use, their context switches.
// Facts are read when a process reaches a list, after its name changed, and now and then: programs may rewrite their
// command line. The rest is read every few seconds while the process runs; where it waits at every scan while it hangs.
import { truncate } from '../../shared/text.ts';
import type { ProcFiles } from './proc-files.ts';
import { type JobsByGroup, type ProcessFacts, readProcessFacts } from './process-facts.ts';
import { type ProcessStatus, parseProcessStatus } from './process-status.ts';
import { stateCodes, type TrackedProcess } from './tracked-process.ts';

/** A process may be moved into its job just after it began. */
const firstFactsMs = 5_000;
const factsMs = 60_000;
const factsWhileIdleMs = 600_000;
const firstDetailsMs = 2_000;
const detailsMs = 10_000;
const detailsWhileIdleMs = 60_000;
const longestWaitChannel = 128;

export interface ListedProcess {
  facts: ProcessFacts;
  allowedCpus: string | null;
  waitChannel: string | null;
  voluntarySwitchesPerSecond: number | null;
  involuntarySwitchesPerSecond: number | null;
}

interface Entry extends ListedProcess {
  readonly startTicks: number;
  nameHash: number;
  state: number;
  status: ProcessStatus;
  /** Clock ticks of the process at the last reading of its details. */
  cpuTicks: number;
  factsAtMs: number;
  factsReadings: number;
  /** How often its name was found changed. */
  renames: number;
  detailsAtMs: number;
  /** Spreads the readings of processes that reached the list together. */
  readonly spread: number;
}

const longestRenameWaitMs = 60_000;

export interface ListedSources {
  readonly files: ProcFiles;
  readonly userOf: (uid: number) => string;
  readonly jobsByGroup: (nowMs: number) => JobsByGroup;
}

export class ListedProcesses {
  readonly #sources: ListedSources;
  readonly #known = new Map<number, Entry>();

  constructor(sources: ListedSources) {
    this.#sources = sources;
  }

  /** undefined when the process has ended. */
  get(process: TrackedProcess, nowMs: number): ListedProcess | undefined {
    const entry = this.#known.get(process.pid);
    if (entry === undefined || entry.startTicks !== process.startTicks) return this.#add(process, nowMs);
    const isIdle = process.cpuTicks === entry.cpuTicks;
    const isRenamed = process.nameHash !== entry.nameHash && nowMs - entry.factsAtMs >= renameWaitOf(entry);
    if (isRenamed) entry.renames += 1;
    if (isRenamed || nowMs - entry.factsAtMs >= factsWaitOf(entry, isIdle)) {
      return this.#readFacts(process, entry, nowMs) ? entry : undefined;
    }
    const usualMs = isIdle ? detailsWhileIdleMs : detailsMs;
    const waitMs = (entry.voluntarySwitchesPerSecond === null ? firstDetailsMs : usualMs) * entry.spread;
    if (nowMs - entry.detailsAtMs >= waitMs) this.#readDetails(process, entry, nowMs);
    else if (process.state !== entry.state || process.state === stateCodes.uninterruptible) {
      this.#readWaitChannel(process, entry);
    }
    return entry;
  }

  /** Forgets all but these. */
  keepOnly(pids: ReadonlySet<number>): void {
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid);
  }

  #add(process: TrackedProcess, nowMs: number): ListedProcess | undefined {
    const facts = this.#factsOf(process, nowMs);
    this.#known.delete(process.pid);
    if (facts === undefined) return undefined;
    const entry: Entry = {
      facts,
      allowedCpus: facts.status.allowedCpus,
      waitChannel: null,
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
      startTicks: process.startTicks,
      nameHash: process.nameHash,
      state: process.state,
      status: facts.status,
      cpuTicks: process.cpuTicks,
      factsAtMs: nowMs,
      factsReadings: 1,
      renames: 0,
      detailsAtMs: nowMs,
      spread: 0.8 + (process.pid % 16) / 64,
    };
    this.#readWaitChannel(process, entry);
    this.#known.set(process.pid, entry);
    return entry;
  }

  #readFacts(process: TrackedProcess, entry: Entry, nowMs: number): boolean {
    const facts = this.#factsOf(process, nowMs);
    if (facts === undefined) {
      this.#known.delete(process.pid);
      return false;
    }
    entry.facts = facts;
    entry.nameHash = process.nameHash;
    entry.factsAtMs = nowMs;
    entry.factsReadings += 1;
    this.#takeDetails(process, entry, { status: facts.status, nowMs });
    return true;
  }

  #factsOf(process: TrackedProcess, nowMs: number): ProcessFacts | undefined {
    const { files, userOf, jobsByGroup } = this.#sources;
    return readProcessFacts(files, process, userOf, jobsByGroup(nowMs));
  }

  #readDetails(process: TrackedProcess, entry: Entry, nowMs: number): void {
    const text = this.#sources.files.text(`${process.pid}/status`);
    if (text !== undefined) this.#takeDetails(process, entry, { status: parseProcessStatus(text), nowMs });
  }

  #takeDetails(
    process: TrackedProcess,
    entry: Entry,
    { status, nowMs }: { readonly status: ProcessStatus; readonly nowMs: number },
  ): void {
    const spanMs = nowMs - entry.detailsAtMs;
    const { voluntarySwitches, involuntarySwitches } = entry.status;
    entry.voluntarySwitchesPerSecond = rateOf(status.voluntarySwitches, voluntarySwitches, spanMs);
    entry.involuntarySwitchesPerSecond = rateOf(status.involuntarySwitches, involuntarySwitches, spanMs);
    entry.allowedCpus = status.allowedCpus;
    entry.status = status;
    entry.cpuTicks = process.cpuTicks;
    entry.detailsAtMs = nowMs;
    this.#readWaitChannel(process, entry);
  }

  /** The kernel writes `0` for a process that runs, and for one of somebody else when it may not tell us. */
  #readWaitChannel(process: TrackedProcess, entry: Entry): void {
    entry.state = process.state;
    entry.waitChannel = null;
    if (process.state === stateCodes.running || process.state === stateCodes.zombie) return;
    const text = this.#sources.files.text(`${process.pid}/wchan`)?.trim() ?? '';
    if (text !== '' && text !== '0') entry.waitChannel = truncate(text, longestWaitChannel);
  }
}

/** A new name mostly means a new program, once or twice; one who renames himself all the time is told of ever later. */
function renameWaitOf(entry: Entry): number {
  return entry.renames === 0 ? 0 : Math.min(longestRenameWaitMs, 1_000 * 2 ** Math.min(entry.renames, 10));
}

function factsWaitOf(entry: Entry, isIdle: boolean): number {
  if (entry.factsReadings === 1) return firstFactsMs * entry.spread;
  return (isIdle ? factsWhileIdleMs : factsMs) * entry.spread;
}

/** null unless both readings were there; a first thread that was replaced begins anew. */
function rateOf(now: number | null, before: number | null, spanMs: number): number | null {
  if (now === null || before === null || spanMs <= 0 || now < before) return null;
  return ((now - before) * 1000) / spanMs;
}
