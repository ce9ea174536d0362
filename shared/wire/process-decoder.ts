// In: ProcessBatch messages of one stream, hostile, as objects or in their bytes. Out: snapshots, as columns. It refuses
// (WireError) rows without a definition, columns of unequal length, numbers out of range, and more of anything than allowed.
//
// Invariant: after a WireError the dictionary is not to be relied upon; the stream must end.
import type { ProcessBatch } from '../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessDefinition as WireDefinition } from '../../proto/gen/jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshot as WireSnapshot } from '../../proto/gen/jidi/v1/ProcessSnapshot.ts';
import type { ScannedProcessBatch } from '../../proto/scan-process-batch.ts';
import { readProcessDefinition } from '../../proto/server-streams.ts';
import { ColumnSnapshot } from '../column-snapshot.ts';
import type { ProcessSnapshot } from '../model/process.ts';
import type { ProcessDefinition } from '../model/process-columns.ts';
import { checkInteger, checkList, checkText, checkTime, wireBounds } from './bounds.ts';
import { ByteRoom } from './byte-room.ts';
import {
  checkColumn,
  packColumns,
  readColumns,
  scannedColumns,
  type WireColumns,
} from './process-columns.ts';
import { malformed } from './wire-error.ts';

type WireCounts = Pick<WireSnapshot, 'timeMs' | 'processCount' | 'zombieCount' | 'uninterruptibleCount'>;

const field = 'processes.snapshots';

export class ProcessDecoder {
  /** By their ids. */
  readonly #definitions: (ProcessDefinition | undefined)[] = [];
  #waitChannels: string[] = [];
  #begun = false;
  readonly #room = new ByteRoom();

  decode(batch: ProcessBatch): readonly ProcessSnapshot[] {
    this.#begin(batch.keyframe);
    this.#learn(batch.definitions, batch.waitChannels);
    return checkList(field, batch.snapshots, wireBounds.ticks).map((snapshot) =>
      this.#snapshot(snapshot, readColumns(snapshot), this.#room),
    );
  }

  /** The same from the bytes of the message. Throws RangeError, too. */
  decodeScanned(bytes: Buffer, batch: ScannedProcessBatch, room: ByteRoom): readonly ProcessSnapshot[] {
    this.#begin(batch.keyframe);
    this.#learn(
      batch.definitions.map(({ from, to }) => readProcessDefinition(bytes.subarray(from, to))),
      batch.waitChannels.map(({ from, to }) => bytes.toString('utf8', from, to)),
    );
    return checkList(field, batch.snapshots, wireBounds.ticks).map((snapshot) =>
      this.#snapshot(snapshot, scannedColumns(bytes, snapshot.columns), room),
    );
  }

  #begin(keyframe: boolean): void {
    if (keyframe) {
      this.#definitions.length = 0;
      this.#waitChannels = [];
    } else if (!this.#begun) {
      throw malformed('processes.keyframe', 'the first batch of a stream must begin anew');
    }
    this.#begun = true;
  }

  #learn(definitions: readonly WireDefinition[], waitChannels: readonly string[]): void {
    checkList('processes.definitions', definitions, wireBounds.processDictionary);
    for (const definition of definitions) {
      const id = checkInteger('processes.definitions.id', definition.id, 0, wireBounds.processDictionary - 1);
      this.#definitions[id] = decodeDefinition(definition);
    }
    for (const name of waitChannels) {
      this.#waitChannels.push(checkText('processes.wait_channels', name, wireBounds.waitChannel));
    }
    checkList('processes.wait_channels', this.#waitChannels, wireBounds.waitChannels);
  }

  #snapshot(counts: WireCounts, columns: WireColumns, room: ByteRoom): ProcessSnapshot {
    checkTime(`${field}.time_ms`, counts.timeMs);
    const definitions = this.#definitionsOf(columns);
    const waitChannels = this.#waiting(columns, definitions.length);
    const figures = packColumns(columns, definitions.length, room);
    return new ColumnSnapshot(counts, { definitions, figures, waitChannels });
  }

  #definitionsOf(columns: WireColumns): readonly ProcessDefinition[] {
    const definitions: ProcessDefinition[] = [];
    for (const id of columns.numbers('ids', wireBounds.rows)) {
      const definition = this.#definitions[id];
      if (definition === undefined) throw malformed(`${field}.ids`, `${id} is not defined`);
      definitions.push(definition);
    }
    return definitions;
  }

  #waiting(columns: WireColumns, rows: number): readonly (string | null)[] | null {
    const numbers = columns.numbers('waitChannelsPlus1', wireBounds.rows);
    if (numbers.length === 0) return null;
    checkColumn('waitChannelsPlus1', numbers.length, rows);
    return numbers.map((plus1) => {
      const name = plus1 === 0 ? null : this.#waitChannels[plus1 - 1];
      if (name === undefined) throw malformed(`${field}.wait_channels_plus1`, `${plus1 - 1} is not defined`);
      return name;
    });
  }
}

function decodeDefinition(definition: WireDefinition): ProcessDefinition {
  const place = 'processes.definitions';
  const job = checkText(`${place}.job`, definition.job, wireBounds.jobName);
  return {
    pid: definition.pid,
    startTimeMs: checkTime(`${place}.start_time_ms`, definition.startTimeMs),
    parentPid: definition.parentPid,
    name: checkText(`${place}.name`, definition.name, wireBounds.processName),
    command: checkText(`${place}.command`, definition.command, wireBounds.processCommand),
    user: checkText(`${place}.user`, definition.user, wireBounds.userName),
    uid: definition.uid,
    job: nullWhenEmpty(job),
    step: nullWhenEmpty(checkText(`${place}.step`, definition.step, wireBounds.stepName)),
    localRank: definition.localRankPlus1 === 0 ? null : definition.localRankPlus1 - 1,
    outsideJob: definition.outsideJob,
    allowedCpus: nullWhenEmpty(
      checkText(`${place}.allowed_cpus`, definition.allowedCpus, wireBounds.cpuList),
    ),
  };
}

function nullWhenEmpty(text: string): string | null {
  return text === '' ? null : text;
}
