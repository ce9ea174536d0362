// A process snapshot as bytes, and back exactly. What stays the same over a process's life is written once for each
// sender and chain; names of wait channels too. In: snapshots of one sender, in order. Out: about 15 bytes a process.
//   header   time | processes | zombies | uninterruptible | rows
//   row      number * 2, or new: number * 2 + 1 and its identity as JSON | threads | state, a UTF-16 unit |
//            known figures, a bit each | cpu ratio | memory ratio | resident bytes | the known ones
// A figure that is a small multiple of its grain is a varint of multiple + 1; any other is a 0 and then an f64.
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

type Identity = Omit<ProcessSample, Figure | 'threads' | 'state' | 'waitChannel'>;
type Figure =
  | 'cpuRatio'
  | 'memoryRatio'
  | 'residentBytes'
  | 'readBytesPerSecond'
  | 'writeBytesPerSecond'
  | 'voluntarySwitchesPerSecond'
  | 'involuntarySwitchesPerSecond'
  | 'gpuMemoryBytes';

const ratioGrains = 10_000;
const kib = 1024;
/** Which of the figures that may be unknown are known. */
const bit = { read: 1, write: 2, voluntary: 4, involuntary: 8, gpu: 16, wait: 32 } as const;

export class SnapshotWriter {
  readonly #processes = new Map<number, { readonly number: number; readonly said: Identity }>();
  readonly #waitChannels = new Map<string, number>();
  #nextNumber = 0;

  /** Forgets everything: the next snapshot can be read alone. */
  begin(): void {
    this.#processes.clear();
    this.#waitChannels.clear();
    this.#nextNumber = 0;
  }

  write(writer: RecordWriter, snapshot: ProcessSnapshot): void {
    writer.count(snapshot.timeMs);
    writer.count(snapshot.processCount);
    writer.count(snapshot.zombieCount);
    writer.count(snapshot.uninterruptibleCount);
    writer.count(snapshot.processes.length);
    for (const process of snapshot.processes) this.#writeRow(writer, process);
  }

  #writeRow(writer: RecordWriter, process: ProcessSample): void {
    const known = this.#processes.get(process.pid);
    if (known !== undefined && isSameIdentity(known.said, process)) {
      writer.count(known.number * 2);
    } else {
      const said = identityOf(process);
      writer.count(this.#nextNumber * 2 + 1);
      writer.text(JSON.stringify(said));
      this.#processes.set(process.pid, { number: this.#nextNumber, said });
      this.#nextNumber += 1;
    }
    writeFigures(writer, process);
    if (process.waitChannel !== null) this.#writeWaitChannel(writer, process.waitChannel);
  }

  #writeWaitChannel(writer: RecordWriter, name: string): void {
    const known = this.#waitChannels.get(name);
    writer.count(known ?? this.#waitChannels.size);
    if (known !== undefined) return;
    this.#waitChannels.set(name, this.#waitChannels.size);
    writer.text(name);
  }
}

export class SnapshotReader {
  readonly #identities: Identity[] = [];
  readonly #waitChannels: string[] = [];

  begin(): void {
    this.#identities.length = 0;
    this.#waitChannels.length = 0;
  }

  read(reader: RecordReader): ProcessSnapshot {
    const timeMs = reader.count();
    const processCount = reader.count();
    const zombieCount = reader.count();
    const uninterruptibleCount = reader.count();
    const rows = reader.count();
    const processes = Array.from({ length: rows }, () => this.#readRow(reader));
    return { timeMs, processCount, zombieCount, uninterruptibleCount, processes };
  }

  #readRow(reader: RecordReader): ProcessSample {
    const { pid, startTimeMs, parentPid, name, command, user, uid, job, step, ...rest } =
      this.#readIdentity(reader);
    const threads = reader.count();
    const unit = reader.count();
    const known = reader.byte();
    return {
      pid,
      startTimeMs,
      parentPid,
      name,
      command,
      user,
      uid,
      threads,
      state: unit === 0 ? '' : String.fromCharCode(unit),
      cpuRatio: readRatio(reader),
      memoryRatio: readRatio(reader),
      residentBytes: readWhole(reader, kib),
      readBytesPerSecond: (known & bit.read) === 0 ? null : readWhole(reader, kib),
      writeBytesPerSecond: (known & bit.write) === 0 ? null : readWhole(reader, kib),
      voluntarySwitchesPerSecond: (known & bit.voluntary) === 0 ? null : readWhole(reader, 1),
      involuntarySwitchesPerSecond: (known & bit.involuntary) === 0 ? null : readWhole(reader, 1),
      gpuMemoryBytes: (known & bit.gpu) === 0 ? null : readWhole(reader, kib),
      job,
      step,
      localRank: rest.localRank,
      outsideJob: rest.outsideJob,
      allowedCpus: rest.allowedCpus,
      waitChannel: (known & bit.wait) === 0 ? null : this.#readWaitChannel(reader),
    };
  }

  #readIdentity(reader: RecordReader): Identity {
    const token = reader.count();
    const number = Math.floor(token / 2);
    if (token % 2 === 1) this.#identities[number] = JSON.parse(reader.text()) as Identity;
    const identity = this.#identities[number];
    if (identity === undefined) throw new RangeError(`process ${number} is not defined`);
    return identity;
  }

  #readWaitChannel(reader: RecordReader): string {
    const number = reader.count();
    if (number === this.#waitChannels.length) this.#waitChannels.push(reader.text());
    const name = this.#waitChannels[number];
    if (name === undefined) throw new RangeError(`wait channel ${number} is not defined`);
    return name;
  }
}

/** What is behind the place in the chain: their number, and their rows. */
export function readSnapshots(
  reader: RecordReader,
  chain: number,
  snapshots: SnapshotReader,
): readonly ProcessSnapshot[] {
  if (chain === 0) snapshots.begin();
  return Array.from({ length: reader.count() }, () => snapshots.read(reader));
}

function writeFigures(writer: RecordWriter, process: ProcessSample): void {
  const { readBytesPerSecond, writeBytesPerSecond, gpuMemoryBytes } = process;
  const { voluntarySwitchesPerSecond, involuntarySwitchesPerSecond } = process;
  writer.count(process.threads);
  writer.count(process.state.charCodeAt(0) || 0);
  writer.byte(
    (readBytesPerSecond === null ? 0 : bit.read) |
      (writeBytesPerSecond === null ? 0 : bit.write) |
      (voluntarySwitchesPerSecond === null ? 0 : bit.voluntary) |
      (involuntarySwitchesPerSecond === null ? 0 : bit.involuntary) |
      (gpuMemoryBytes === null ? 0 : bit.gpu) |
      (process.waitChannel === null ? 0 : bit.wait),
  );
  writeRatio(writer, process.cpuRatio);
  writeRatio(writer, process.memoryRatio);
  writeWhole(writer, process.residentBytes, kib);
  if (readBytesPerSecond !== null) writeWhole(writer, readBytesPerSecond, kib);
  if (writeBytesPerSecond !== null) writeWhole(writer, writeBytesPerSecond, kib);
  if (voluntarySwitchesPerSecond !== null) writeWhole(writer, voluntarySwitchesPerSecond, 1);
  if (involuntarySwitchesPerSecond !== null) writeWhole(writer, involuntarySwitchesPerSecond, 1);
  if (gpuMemoryBytes !== null) writeWhole(writer, gpuMemoryBytes, kib);
}

function writeRatio(writer: RecordWriter, value: number): void {
  const grains = Math.round(value * ratioGrains);
  if (grains / ratioGrains === value) writeGrains(writer, grains, value);
  else writeGrains(writer, -1, value);
}

function writeWhole(writer: RecordWriter, value: number, grain: number): void {
  const grains = value / grain;
  writeGrains(writer, Number.isInteger(grains) ? grains : -1, value);
}

function writeGrains(writer: RecordWriter, grains: number, value: number): void {
  if (grains >= 0 && grains < 2 ** 51) return writer.count(grains + 1);
  writer.byte(0);
  writer.float(value);
}

function readRatio(reader: RecordReader): number {
  const grains = reader.count();
  return grains === 0 ? reader.float() : (grains - 1) / ratioGrains;
}

function readWhole(reader: RecordReader, grain: number): number {
  const grains = reader.count();
  return grains === 0 ? reader.float() : (grains - 1) * grain;
}

function identityOf(process: ProcessSample): Identity {
  const { pid, startTimeMs, parentPid, name, command, user, uid } = process;
  const { job, step, localRank, outsideJob, allowedCpus } = process;
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
    outsideJob,
    allowedCpus,
  };
}

function isSameIdentity(said: Identity, process: ProcessSample): boolean {
  return (
    said.startTimeMs === process.startTimeMs &&
    said.parentPid === process.parentPid &&
    said.name === process.name &&
    said.command === process.command &&
    said.user === process.user &&
    said.uid === process.uid &&
    said.job === process.job &&
    said.step === process.step &&
    said.localRank === process.localRank &&
    said.outsideJob === process.outsideJob &&
    said.allowedCpus === process.allowedCpus
  );
}
