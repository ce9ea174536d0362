// In: ProcessBatch messages of one stream, hostile. Out: snapshots. It refuses (WireError) rows without a definition,
// columns of unequal length, numbers out of range, and more of anything than allowed.
//
// Invariant: after a WireError the dictionary is not to be relied upon; the stream must end.
import type { ProcessBatch } from '../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessDefinition } from '../../proto/gen/jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshot as WireSnapshot } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import type { ProcessSample, ProcessSnapshot } from '../model/process.ts';
import { checkInteger, checkLength, checkList, checkText, checkTime, wireBounds } from './bounds.ts';
import { malformed } from './wire-error.ts';

type Definition = Pick<
  ProcessSample,
  | 'pid'
  | 'startTimeMs'
  | 'parentPid'
  | 'name'
  | 'command'
  | 'user'
  | 'uid'
  | 'job'
  | 'step'
  | 'localRank'
  | 'outsideJob'
  | 'allowedCpus'
>;

export class ProcessDecoder {
  readonly #definitions = new Map<number, Definition>();
  #waitChannels: string[] = [];
  #begun = false;

  decode(batch: ProcessBatch): readonly ProcessSnapshot[] {
    if (batch.keyframe) this.#forget();
    else if (!this.#begun)
      throw malformed('processes.keyframe', 'the first batch of a stream must begin anew');
    this.#begun = true;
    const { definitions, snapshots } = batch;
    checkList('processes.definitions', definitions, wireBounds.processDictionary);
    checkList('processes.snapshots', snapshots, wireBounds.ticks);
    for (const definition of definitions) {
      const id = checkInteger('processes.definitions.id', definition.id, 0, wireBounds.processDictionary - 1);
      this.#definitions.set(id, decodeDefinition(definition));
    }
    this.#learnWaitChannels(batch.waitChannels);
    return snapshots.map((snapshot) => this.#decodeSnapshot(snapshot));
  }

  #forget(): void {
    this.#definitions.clear();
    this.#waitChannels = [];
  }

  #waitChannelOf(snapshot: WireSnapshot, row: number): string | null {
    const plus1 = snapshot.waitChannelsPlus1[row] ?? 0;
    if (plus1 === 0) return null;
    const name = this.#waitChannels[plus1 - 1];
    if (name === undefined) {
      throw malformed('processes.snapshots.wait_channels_plus1', `${plus1 - 1} is not defined`);
    }
    return name;
  }

  #learnWaitChannels(names: readonly string[]): void {
    const field = 'processes.wait_channels';
    for (const name of names) this.#waitChannels.push(checkText(field, name, wireBounds.waitChannel));
    checkList(field, this.#waitChannels, wireBounds.waitChannels);
  }

  #decodeSnapshot(snapshot: WireSnapshot): ProcessSnapshot {
    const timeMs = checkTime('processes.snapshots.time_ms', snapshot.timeMs);
    const ids = checkList('processes.snapshots.ids', snapshot.ids, wireBounds.rows);
    checkColumns(snapshot, ids.length);
    const processes = ids.map((id, row) => {
      const definition = this.#definitions.get(id);
      if (definition === undefined) throw malformed('processes.snapshots.ids', `${id} is not defined`);
      return sampleOf(definition, snapshot, { row, waitChannel: this.#waitChannelOf(snapshot, row) });
    });
    const { processCount, zombieCount, uninterruptibleCount } = snapshot;
    return { timeMs, processCount, zombieCount, uninterruptibleCount, processes };
  }
}

function decodeDefinition(definition: ProcessDefinition): Definition {
  const field = 'processes.definitions';
  const job = checkText(`${field}.job`, definition.job, wireBounds.jobName);
  return {
    pid: definition.pid,
    startTimeMs: checkTime(`${field}.start_time_ms`, definition.startTimeMs),
    parentPid: definition.parentPid,
    name: checkText(`${field}.name`, definition.name, wireBounds.processName),
    command: checkText(`${field}.command`, definition.command, wireBounds.processCommand),
    user: checkText(`${field}.user`, definition.user, wireBounds.userName),
    uid: definition.uid,
    job: nullWhenEmpty(job),
    step: nullWhenEmpty(checkText(`${field}.step`, definition.step, wireBounds.stepName)),
    localRank: definition.localRankPlus1 === 0 ? null : definition.localRankPlus1 - 1,
    outsideJob: definition.outsideJob,
    allowedCpus: nullWhenEmpty(
      checkText(`${field}.allowed_cpus`, definition.allowedCpus, wireBounds.cpuList),
    ),
  };
}

function checkColumns(snapshot: WireSnapshot, rows: number): void {
  const { cpuRatioE4, residentKib, memoryRatioE4, threads, states } = snapshot;
  const field = 'processes.snapshots';
  checkLength(`${field}.cpu_ratio_e4`, cpuRatioE4.length, rows);
  checkLength(`${field}.resident_kib`, residentKib.length, rows);
  checkLength(`${field}.memory_ratio_e4`, memoryRatioE4.length, rows);
  checkLength(`${field}.threads`, threads.length, rows);
  checkLength(`${field}.states`, states.length, rows);
  for (const [name, column] of optionalColumns(snapshot)) {
    if (column.length > 0) checkLength(`${field}.${name}`, column.length, rows);
  }
}

function optionalColumns(snapshot: WireSnapshot): readonly (readonly [string, readonly number[]])[] {
  return [
    ['read_kib_per_second_plus1', snapshot.readKibPerSecondPlus1],
    ['write_kib_per_second_plus1', snapshot.writeKibPerSecondPlus1],
    ['wait_channels_plus1', snapshot.waitChannelsPlus1],
    ['voluntary_switches_per_second_plus1', snapshot.voluntarySwitchesPerSecondPlus1],
    ['involuntary_switches_per_second_plus1', snapshot.involuntarySwitchesPerSecondPlus1],
    ['gpu_memory_kib_plus1', snapshot.gpuMemoryKibPlus1],
  ];
}

/** Field by field: objects put together from others cost five times as much, and there are thousands in a second. */
function sampleOf(
  definition: Definition,
  snapshot: WireSnapshot,
  { row, waitChannel }: { row: number; waitChannel: string | null },
): ProcessSample {
  return {
    pid: definition.pid,
    startTimeMs: definition.startTimeMs,
    parentPid: definition.parentPid,
    name: definition.name,
    command: definition.command,
    user: definition.user,
    uid: definition.uid,
    threads: snapshot.threads[row] ?? 0,
    state: decodeState(snapshot.states[row] ?? 0),
    cpuRatio: (snapshot.cpuRatioE4[row] ?? 0) / 1e4,
    memoryRatio: (snapshot.memoryRatioE4[row] ?? 0) / 1e4,
    residentBytes: (snapshot.residentKib[row] ?? 0) * 1024,
    readBytesPerSecond: decodePlus1(snapshot.readKibPerSecondPlus1[row], 1024),
    writeBytesPerSecond: decodePlus1(snapshot.writeKibPerSecondPlus1[row], 1024),
    job: definition.job,
    step: definition.step,
    localRank: definition.localRank,
    outsideJob: definition.outsideJob,
    allowedCpus: definition.allowedCpus,
    waitChannel,
    voluntarySwitchesPerSecond: decodePlus1(snapshot.voluntarySwitchesPerSecondPlus1[row], 1),
    involuntarySwitchesPerSecond: decodePlus1(snapshot.involuntarySwitchesPerSecondPlus1[row], 1),
    gpuMemoryBytes: decodePlus1(snapshot.gpuMemoryKibPlus1[row], 1024),
  };
}

function decodeState(byte: number): string {
  const state = String.fromCharCode(byte);
  if (!/^[A-Za-z?]$/.test(state)) throw malformed('processes.snapshots.states', `${byte} is no state letter`);
  return state;
}

function decodePlus1(plus1: number | undefined, unit: number): number | null {
  return plus1 === undefined || plus1 === 0 ? null : (plus1 - 1) * unit;
}

function nullWhenEmpty(text: string): string | null {
  return text === '' ? null : text;
}
