// A process snapshot as bytes, and back exactly. What stays the same over a process's life is written once for each
// sender and chain; names of wait channels too. In: snapshots of one sender, in order. Out: about 15 bytes a process.
//   header   time | processes | zombies | uninterruptible | rows
//   rows     0, n: the next n are of the same processes as those rows of the snapshot before | odd: (token - 1) / 2 is the
//            number of the process | 2: a new process, its definition as JSON; its number is the next one
//   figures  length, bytes of shared/process-figures.ts
//   waiting  0: none | 1: a number of a name, plus 1, for each row; the next new number comes with its name

import { ColumnSnapshot, columnsOf } from '../../../shared/column-snapshot.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import {
  isSameDefinition,
  type ProcessColumns,
  type ProcessDefinition,
} from '../../../shared/model/process-columns.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** Without names: they would take more than the values. */
type PackedDefinition = readonly [
  pid: number,
  startTimeMs: number,
  parentPid: number,
  name: string,
  command: string,
  user: string,
  uid: number,
  job: string | null,
  step: string | null,
  localRank: number | null,
  outsideJob: 0 | 1,
  allowedCpus: string | null,
];

const newProcess = 2;

export class SnapshotWriter {
  readonly #numbers = new Map<number, number>();
  readonly #said: ProcessDefinition[] = [];
  readonly #waitChannels = new Map<string, number>();
  /** Of the snapshot before. */
  #rows: readonly ProcessDefinition[] = [];
  #rowNumbers: readonly number[] = [];

  /** Forgets everything: the next snapshot can be read alone. */
  begin(): void {
    this.#numbers.clear();
    this.#said.length = 0;
    this.#waitChannels.clear();
    this.#rows = [];
    this.#rowNumbers = [];
  }

  write(writer: RecordWriter, snapshot: ProcessSnapshot): void {
    const columns = columnsOf(snapshot);
    writer.count(snapshot.timeMs);
    writer.count(snapshot.processCount);
    writer.count(snapshot.zombieCount);
    writer.count(snapshot.uninterruptibleCount);
    writer.count(columns.definitions.length);
    this.#writeRows(writer, columns.definitions);
    writer.count(columns.figures.length);
    writer.append(columns.figures);
    this.#writeWaitChannels(writer, columns.waitChannels);
  }

  #writeRows(writer: RecordWriter, definitions: readonly ProcessDefinition[]): void {
    const [before, numbersBefore] = [this.#rows, this.#rowNumbers];
    const numbers: number[] = [];
    let same = 0;
    for (let row = 0; row < definitions.length; row += 1) {
      const definition = definitions[row];
      if (definition === undefined) continue;
      if (definition === before[row]) {
        numbers.push(numbersBefore[row] ?? 0);
        same += 1;
        continue;
      }
      if (same > 0) writeSame(writer, same);
      same = 0;
      numbers.push(this.#writeRow(writer, definition));
    }
    if (same > 0) writeSame(writer, same);
    this.#rows = definitions;
    this.#rowNumbers = numbers;
  }

  #writeRow(writer: RecordWriter, definition: ProcessDefinition): number {
    const known = this.#numbers.get(definition.pid);
    const said = known === undefined ? undefined : this.#said[known];
    if (known !== undefined && said !== undefined && isSameDefinition(said, definition)) {
      writer.count(known * 2 + 1);
      return known;
    }
    const number = this.#said.push(definition) - 1;
    this.#numbers.set(definition.pid, number);
    writer.count(newProcess);
    writer.text(JSON.stringify(packed(definition)));
    return number;
  }

  #writeWaitChannels(writer: RecordWriter, names: ProcessColumns['waitChannels']): void {
    writer.count(names === null ? 0 : 1);
    for (const name of names ?? []) {
      const known = name === null ? -1 : this.#waitChannels.get(name);
      writer.count((known ?? this.#waitChannels.size) + 1);
      if (name === null || known !== undefined) continue;
      this.#waitChannels.set(name, this.#waitChannels.size);
      writer.text(name);
    }
  }
}

export class SnapshotReader {
  readonly #definitions: ProcessDefinition[] = [];
  readonly #waitChannels: string[] = [];
  #rows: readonly ProcessDefinition[] = [];

  begin(): void {
    this.#definitions.length = 0;
    this.#waitChannels.length = 0;
    this.#rows = [];
  }

  /** Figures are a part of the record, as it is. */
  read(reader: RecordReader): ColumnSnapshot {
    const timeMs = reader.count();
    const processCount = reader.count();
    const zombieCount = reader.count();
    const uninterruptibleCount = reader.count();
    const rows = reader.count();
    const definitions = this.#readRows(reader, rows);
    const figures = reader.part(reader.count());
    const waitChannels = this.#readWaitChannels(reader, rows);
    const counts = { timeMs, processCount, zombieCount, uninterruptibleCount };
    return new ColumnSnapshot(counts, { definitions, figures, waitChannels });
  }

  #readRows(reader: RecordReader, rows: number): readonly ProcessDefinition[] {
    const definitions: ProcessDefinition[] = [];
    while (definitions.length < rows) {
      const token = reader.count();
      if (token === 0) {
        const end = Math.min(rows, definitions.length + reader.count());
        for (let row = definitions.length; row < end; row += 1) definitions.push(known(this.#rows[row], row));
      } else if (token === newProcess) {
        const definition = unpacked(JSON.parse(reader.text()) as PackedDefinition);
        this.#definitions.push(definition);
        definitions.push(definition);
      } else {
        const number = Math.floor(token / 2);
        definitions.push(known(this.#definitions[number], number));
      }
    }
    this.#rows = definitions;
    return definitions;
  }

  #readWaitChannels(reader: RecordReader, rows: number): ProcessColumns['waitChannels'] {
    if (reader.count() === 0) return null;
    const names: (string | null)[] = [];
    for (let row = 0; row < rows; row += 1) {
      const number = reader.count() - 1;
      if (number === this.#waitChannels.length) this.#waitChannels.push(reader.text());
      const name = number < 0 ? null : this.#waitChannels[number];
      if (name === undefined) throw new RangeError(`wait channel ${number} is not defined`);
      names.push(name);
    }
    return names;
  }
}

/** What is behind the place in the chain: their number, and their rows. */
export function readSnapshots(
  reader: RecordReader,
  chain: number,
  snapshots: SnapshotReader,
): readonly ColumnSnapshot[] {
  if (chain === 0) snapshots.begin();
  return Array.from({ length: reader.count() }, () => snapshots.read(reader));
}

function known(definition: ProcessDefinition | undefined, number: number): ProcessDefinition {
  if (definition === undefined) throw new RangeError(`process ${number} is not defined`);
  return definition;
}

function writeSame(writer: RecordWriter, rows: number): void {
  writer.count(0);
  writer.count(rows);
}

function packed(definition: ProcessDefinition): PackedDefinition {
  const { pid, startTimeMs, parentPid, name, command, user, uid } = definition;
  const { job, step, localRank, outsideJob, allowedCpus } = definition;
  return [
    pid,
    startTimeMs,
    parentPid,
    name,
    command,
    user,
    uid,
    job,
    step,
    localRank,
    outsideJob ? 1 : 0,
    allowedCpus,
  ];
}

function unpacked(values: PackedDefinition): ProcessDefinition {
  const [pid, startTimeMs, parentPid, name, command, user, uid, ...rest] = values;
  const [job, step, localRank, outsideJob, allowedCpus] = rest;
  return {
    pid,
    startTimeMs,
    parentPid,
    name,
    command,
    user,
    uid,
    job,
    step,
    localRank,
    outsideJob: outsideJob === 1,
    allowedCpus,
  };
}
