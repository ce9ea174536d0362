// Process snapshots of a node: the ranks of a job that compute, wait for each other and grow, daemons that wake up now and
// then, helpers that live for some seconds. The same seed gives the same snapshots.
import type { FiguresSnapshot, ProcessFigures } from '../../collector/store/columns/snapshot-codec.ts';
import { createRandom } from './random.ts';

const tickMs = 5_000;
const firstMs = 1_764_600_000_000;
const kibibyte = 1024;
/** The kernel counts CPU time in hundredths of a second. */
const jiffiesPerTick = 500;

interface Process {
  readonly id: number;
  readonly kind: 'rank' | 'daemon' | 'helper';
  residentKib: number;
}

/** `listed` processes at a time, half of them ranks; a helper comes and goes at every other snapshot. */
export function createSnapshots(count: number, listed: number, seed: number): readonly FiguresSnapshot[] {
  const random = createRandom(seed);
  let nextId = 1;
  const create = (kind: Process['kind']): Process => ({
    id: nextId++,
    kind,
    residentKib: Math.floor(random() * 2 ** (kind === 'rank' ? 22 : 16)),
  });
  const processes = Array.from({ length: listed }, (_, place) =>
    create(place < listed / 2 ? 'rank' : place < listed - 2 ? 'daemon' : 'helper'),
  );
  return Array.from({ length: count }, (_, moment) => {
    const leaving = processes.findLastIndex(({ kind }) => kind === 'helper');
    if (moment % 2 === 1 && leaving >= 0) processes[leaving] = create('helper');
    return {
      timeMs: firstMs + moment * tickMs,
      processCount: 400 + Math.floor(random() * 8),
      zombieCount: 0,
      uninterruptibleCount: random() < 0.1 ? 1 : 0,
      processes: processes.map((process) => figuresOf(process, random)),
    };
  });
}

function figuresOf(process: Process, random: () => number): ProcessFigures {
  const { id, kind } = process;
  const isRank = kind === 'rank';
  const isAwake = isRank || random() < 0.3;
  if (isAwake && random() < 0.15) process.residentKib += Math.floor(random() * (isRank ? 4096 : 64)) * 4;
  const isWaiting = isRank ? random() < 0.1 : random() < 0.95;
  return {
    id,
    threads: isRank ? 4 : 1,
    state: isWaiting ? 'S' : 'R',
    cpuRatio:
      Math.round(jiffiesPerTick * (isRank ? 0.985 + 0.02 * random() : isAwake ? 0.006 * random() ** 2 : 0)) /
      jiffiesPerTick,
    memoryRatio: Math.round(process.residentKib / 26_000) / 10_000,
    residentBytes: process.residentKib * kibibyte,
    readBytesPerSecond: kind === 'helper' ? null : 0,
    writeBytesPerSecond:
      kind === 'helper' ? null : random() < 0.05 ? Math.floor(random() * 2000) * kibibyte : 0,
    voluntarySwitchesPerSecond: isAwake ? Math.floor(random() * (isRank ? 6 : 4)) : 0,
    involuntarySwitchesPerSecond: isRank ? Math.floor(random() * 4) : 0,
    gpuMemoryBytes: null,
    waitChannelId: isWaiting ? (isRank ? 1 : 2 + (id % 5)) : null,
  };
}
