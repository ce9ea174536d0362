// Claim: a stored profile of 30 s at 99 Hz of one busy thread takes at most 10 kB in the long run: its times and threads, its stacks,
// and what its stacks add to the tree of its month. Its record in the catalog, about a kilobyte, is not in these figures.
//
// In: what perf samples here of real programs, with its times. Measured: the growth of the rows by profiles of one thread and of
// four, each of other samples; of the last of them, and of a window of a continuous profile (19 Hz, 60 s, sums by process).
// Flags: seconds=34 of sampling of each program, only=PROGRAM.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SampleBuilder } from '../agent/profiler/samples/sample-builder.ts';
import { partitionAt } from '../collector/store/partitions/tier.ts';
import { MergedParts } from '../collector/store/profiles/merged-parts.ts';
import { ProfileWriter } from '../collector/store/profiles/profile-writer.ts';
import { openSqlite } from '../collector/store/sqlite.ts';
import type { RecordedStacks } from '../shared/model/profile.ts';
import { printComparison, printNote } from './measuring/report.ts';
import { type RecordedProgram, recordPrograms } from './profiles/recorded-samples.ts';

const partition = partitionAt('profiles', Date.UTC(2026, 10, 21));
const periodMs = 1000 / 99;
const samplesOfThread = 2_970;
const samplesOfWindow = 60 * 19;

interface Bytes {
  readonly stacks: number;
  readonly samples: number;
  readonly growth: number;
}

const flags = new Map(process.argv.slice(2).map((flag) => flag.split('=') as [string, string]));
const seconds = Number(flags.get('seconds') ?? 34);
const only = flags.get('only') ?? '';
const root = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
try {
  const recorded = recordPrograms(root, { seconds, only });
  if (recorded.length === 0)
    printNote('perf gives no samples here; install it, e.g.: apt-get install linux-perf');
  for (const program of recorded) {
    await measure(program, { kind: '1 thread', threads: 1, samples: samplesOfThread });
    await measure(program, { kind: '4 threads', threads: 4, samples: samplesOfThread });
    await measure(program, { kind: 'window', threads: 1, samples: samplesOfWindow });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

interface Kind {
  readonly kind: string;
  readonly threads: number;
  /** Of each thread. */
  readonly samples: number;
}

async function measure(program: RecordedProgram, asked: Kind): Promise<void> {
  const { kind, threads, samples } = asked;
  const count = Math.floor(program.samples.length / (threads * samples));
  if (count < 2) return printNote(`${program.name}, ${kind}: too few samples; raise seconds=`);
  const folder = join(root, `${program.name} ${kind}`);
  const writer = ProfileWriter.open(folder, partition);
  await writer.load(() => Promise.resolve());
  const sizes: Bytes[] = [];
  for (let number = 0; number < count; number += 1) {
    const profile = profileOf(program, asked, number);
    writer.put(`${number}`, kind === 'window' ? windowOf(profile) : profile);
    sizes.push(bytesIn(folder));
  }
  writer.close();
  const [before, last] = [sizes.at(-2), sizes.at(-1)];
  const grown = (what: keyof Bytes): number => (last?.[what] ?? 0) - (before?.[what] ?? 0);
  const parts = [grown('stacks'), grown('samples'), grown('growth')];
  printComparison({
    columns: ['stacks, bytes', 'samples, bytes', 'new in the tree, bytes', 'all, bytes'],
    ours: {
      name: `${program.name}, ${kind}, the ${count}th`,
      figures: [...parts, parts.reduce((sum, part) => sum + part, 0)],
    },
    others: [],
  });
}

/** Each sample is in one profile only; busy threads, sampled at 99 Hz with what the recording's times are off by. */
function profileOf(program: RecordedProgram, { threads, samples }: Kind, number: number): RecordedStacks {
  const builder = new SampleBuilder();
  const first = number * threads * samples;
  const taken = Array.from({ length: threads * samples }, (_, at) => {
    const thread = at % threads;
    const off = ((program.timesMs[first + at] ?? 0) * 1000) % 1000;
    return { at: first + at, thread, timeMs: Math.round(Math.floor(at / threads) * periodMs + off / 1000) };
  });
  for (const { at, thread, timeMs } of taken.toSorted((a, b) => a.timeMs - b.timeMs)) {
    builder.add({ pid: 1, tid: 1 + thread, name: 'worker', timeMs, weight: 1 }, program.samples[at] ?? []);
  }
  return { ...builder.tree.build(), threads: builder.threads, samples: builder.samples() };
}

function windowOf(profile: RecordedStacks): RecordedStacks {
  const merged = new MergedParts();
  merged.add('n1', profile);
  return merged.build() ?? profile;
}

function bytesIn(folder: string): Bytes {
  const db = openSqlite(join(folder, partition.path), { access: 'look' });
  const ask = (sql: string): number => Number(db.prepare(sql).pluck().get());
  try {
    return {
      stacks: ask('SELECT sum(length(data)) FROM stacks'),
      samples: ask('SELECT coalesce(sum(length(samples)), 0) FROM stacks'),
      growth: ask('SELECT coalesce(sum(length(data)), 0) FROM growth'),
    };
  } finally {
    db.close();
  }
}
