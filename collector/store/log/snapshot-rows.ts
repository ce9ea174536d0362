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
type Figure = (typeof always)[number][0] | (typeof optional)[number][0];

/** A value is `count * of / by`: two whole numbers, because 1e-4 itself is not exact. */
interface Grain {
  readonly of: number;
  readonly by: number;
}

const ratio: Grain = { of: 1, by: 10_000 };
const kib: Grain = { of: 1024, by: 1 };
const single: Grain = { of: 1, by: 1 };

const always = [
  ['cpuRatio', ratio],
  ['memoryRatio', ratio],
  ['residentBytes', kib],
] as const;
const optional = [
  ['readBytesPerSecond', kib],
  ['writeBytesPerSecond', kib],
  ['voluntarySwitchesPerSecond', single],
  ['involuntarySwitchesPerSecond', single],
  ['gpuMemoryBytes', kib],
] as const;
const waitBit = 1 << optional.length;

export class SnapshotWriter {
  readonly #processes = new Map<number, { readonly number: number; readonly said: ProcessSample }>();
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
      writer.count(this.#nextNumber * 2 + 1);
      writer.text(JSON.stringify(identityOf(process)));
      this.#processes.set(process.pid, { number: this.#nextNumber, said: process });
      this.#nextNumber += 1;
    }
    writer.count(process.threads);
    writer.count(process.state.charCodeAt(0) || 0);
    let bits = process.waitChannel === null ? 0 : waitBit;
    for (let place = 0; place < optional.length; place += 1) {
      if (process[optional[place]?.[0] ?? 'gpuMemoryBytes'] !== null) bits |= 1 << place;
    }
    writer.byte(bits);
    for (const [name, grain] of always) writeFigure(writer, process[name], grain);
    for (const [name, grain] of optional) {
      const value = process[name];
      if (value !== null) writeFigure(writer, value, grain);
    }
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
    const identity = this.#readIdentity(reader);
    const threads = reader.count();
    const unit = reader.count();
    const state = unit === 0 ? '' : String.fromCharCode(unit);
    const bits = reader.byte();
    const figures: Record<string, number | null> = {};
    for (const [name, grain] of always) figures[name] = readFigure(reader, grain);
    for (const [place, [name, grain]] of optional.entries()) {
      figures[name] = (bits & (1 << place)) === 0 ? null : readFigure(reader, grain);
    }
    const waitChannel = (bits & waitBit) === 0 ? null : this.#readWaitChannel(reader);
    return { ...identity, threads, state, ...(figures as Pick<ProcessSample, Figure>), waitChannel };
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

function writeFigure(writer: RecordWriter, value: number, { of, by }: Grain): void {
  const multiple = Math.round((value * by) / of);
  if (multiple >= 0 && multiple < 2 ** 51 && (multiple * of) / by === value)
    return writer.count(multiple + 1);
  writer.byte(0);
  writer.float(value);
}

function readFigure(reader: RecordReader, { of, by }: Grain): number {
  const multiple = reader.count();
  return multiple === 0 ? reader.float() : ((multiple - 1) * of) / by;
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

function isSameIdentity(said: ProcessSample, process: ProcessSample): boolean {
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
