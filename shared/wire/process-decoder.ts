// In: ProcessBatch messages of one stream, hostile until checked. Out: process snapshots.
// After a WireError the state is not to be trusted: the stream must begin anew with a keyframe.
import type { ProcessBatch } from '../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessDefinition } from '../../proto/gen/jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshot as WireSnapshot } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import type { ProcessSample, ProcessSnapshot } from '../model/process.ts';
import { countField, listField, textField, timeField } from './fields.ts';
import { processDictionarySize, processLimits } from './process-dictionary.ts';
import { malformed } from './wire-error.ts';

/** What a definition gives to every row of its process. */
type Identity = Pick<
  ProcessSample,
  'pid' | 'startTimeMs' | 'parentPid' | 'name' | 'command' | 'user' | 'uid' | 'job'
>;

export class ProcessDecoder {
  #known = new Map<number, Identity>();
  #keyed = false;

  decode(batch: ProcessBatch): readonly ProcessSnapshot[] {
    if (batch.keyframe) {
      this.#keyed = true;
      this.#known = new Map();
    }
    if (!this.#keyed) throw malformed('keyframe', 'the first batch of a stream must be one');
    for (const definition of listField('definitions', batch.definitions, processDictionarySize)) {
      countField('definitions.id', definition.id, processDictionarySize - 1);
      this.#known.set(definition.id, decodeIdentity(definition));
    }
    const snapshots = listField('snapshots', batch.snapshots, processLimits.snapshots);
    return snapshots.map((snapshot) => this.#decode(snapshot));
  }

  #decode(snapshot: WireSnapshot): ProcessSnapshot {
    const { ids, states } = snapshot;
    listField('ids', ids, processLimits.rows);
    if (states.length !== ids.length) throw malformed('states', 'not as long as ids');
    const cpuRatioE4 = column('cpu_ratio_e4', snapshot.cpuRatioE4, ids.length);
    const residentKib = column('resident_kib', snapshot.residentKib, ids.length);
    const memoryRatioE4 = column('memory_ratio_e4', snapshot.memoryRatioE4, ids.length);
    const threads = column('threads', snapshot.threads, ids.length);
    const reads = optionalColumn('read_kib_per_second_plus1', snapshot.readKibPerSecondPlus1, ids.length);
    const writes = optionalColumn('write_kib_per_second_plus1', snapshot.writeKibPerSecondPlus1, ids.length);
    return {
      timeMs: timeField('time_ms', snapshot.timeMs),
      processCount: snapshot.processCount,
      processes: ids.map((id, row) => ({
        ...this.#identity(id),
        threads: threads(row),
        state: String.fromCharCode(states[row] ?? 0x3f),
        cpuRatio: cpuRatioE4(row) / 1e4,
        memoryRatio: memoryRatioE4(row) / 1e4,
        residentBytes: residentKib(row) * 1024,
        readBytesPerSecond: rate(reads(row)),
        writeBytesPerSecond: rate(writes(row)),
      })),
    };
  }

  #identity(id: number): Identity {
    const identity = this.#known.get(id);
    if (identity === undefined) throw malformed('ids', `${id} was never defined`);
    return identity;
  }
}

function decodeIdentity(definition: ProcessDefinition): Identity {
  return {
    pid: definition.pid,
    startTimeMs: timeField('definitions.start_time_ms', definition.startTimeMs),
    parentPid: definition.parentPid,
    name: textField('definitions.name', definition.name, processLimits.name),
    command: textField('definitions.command', definition.command, processLimits.command),
    user: textField('definitions.user', definition.user, processLimits.user),
    uid: definition.uid,
    job: textField('definitions.job', definition.job, processLimits.job) || null,
  };
}

function column(name: string, values: readonly number[], length: number): (row: number) => number {
  if (values.length !== length) throw malformed(name, 'not as long as ids');
  return (row) => values[row] ?? 0;
}

/** May be empty as a whole, where nothing of it is known. */
function optionalColumn(name: string, values: readonly number[], length: number): (row: number) => number {
  return values.length === 0 ? () => 0 : column(name, values, length);
}

function rate(kibPerSecondPlus1: number): number | null {
  return kibPerSecondPlus1 === 0 ? null : (kibPerSecondPlus1 - 1) * 1024;
}
