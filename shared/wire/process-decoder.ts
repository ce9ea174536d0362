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
  'pid' | 'startTimeMs' | 'parentPid' | 'name' | 'command' | 'user' | 'uid' | 'job'
>;

export class ProcessDecoder {
  readonly #definitions = new Map<number, Definition>();
  #begun = false;

  decode(batch: ProcessBatch): readonly ProcessSnapshot[] {
    if (batch.keyframe) this.#definitions.clear();
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
    return snapshots.map((snapshot) => this.#decodeSnapshot(snapshot));
  }

  #decodeSnapshot(snapshot: WireSnapshot): ProcessSnapshot {
    const timeMs = checkTime('processes.snapshots.time_ms', snapshot.timeMs);
    const ids = checkList('processes.snapshots.ids', snapshot.ids, wireBounds.rows);
    checkColumns(snapshot, ids.length);
    const processes = ids.map((id, row) => {
      const definition = this.#definitions.get(id);
      if (definition === undefined) throw malformed('processes.snapshots.ids', `${id} is not defined`);
      return { ...definition, ...decodeRow(snapshot, row) };
    });
    return { timeMs, processCount: snapshot.processCount, processes };
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
    job: job === '' ? null : job,
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
  const read = snapshot.readKibPerSecondPlus1.length;
  const write = snapshot.writeKibPerSecondPlus1.length;
  if (read > 0) checkLength(`${field}.read_kib_per_second_plus1`, read, rows);
  if (write > 0) checkLength(`${field}.write_kib_per_second_plus1`, write, rows);
}

function decodeRow(snapshot: WireSnapshot, row: number): Omit<ProcessSample, keyof Definition> {
  return {
    threads: snapshot.threads[row] ?? 0,
    state: decodeState(snapshot.states[row] ?? 0),
    cpuRatio: (snapshot.cpuRatioE4[row] ?? 0) / 1e4,
    memoryRatio: (snapshot.memoryRatioE4[row] ?? 0) / 1e4,
    residentBytes: (snapshot.residentKib[row] ?? 0) * 1024,
    readBytesPerSecond: decodeRate(snapshot.readKibPerSecondPlus1[row]),
    writeBytesPerSecond: decodeRate(snapshot.writeKibPerSecondPlus1[row]),
  };
}

function decodeState(byte: number): string {
  const state = String.fromCharCode(byte);
  if (!/^[A-Za-z?]$/.test(state)) throw malformed('processes.snapshots.states', `${byte} is no state letter`);
  return state;
}

function decodeRate(plus1: number | undefined): number | null {
  return plus1 === undefined || plus1 === 0 ? null : (plus1 - 1) * 1024;
}
