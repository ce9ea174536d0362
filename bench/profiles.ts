// Claim: a stored profile of some 900 stacks takes at most 4 kB once the programs of its month are known, everything counted;
// 1,000 profiles are merged into one tree within a second.
//
// In: what perf samples here of real programs. Measured: the growth of the file by profiles whose samples were never seen
// before, each of 30 s at 99 Hz; then 1,000 profiles that take those samples in stretches at random, and their merge.
// Flags: seconds=14 of sampling of each program, only=PROGRAM.
// Beside ours: the same stacks as JSON with zstd, as the catalog keeps them while they arrive.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { partitionAt } from '../collector/store/partitions/tier.ts';
import { ProfileFile } from '../collector/store/profiles/profile-file.ts';
import { ProfileWriter } from '../collector/store/profiles/profile-writer.ts';
import { openSqlite } from '../collector/store/sqlite.ts';
import { createTurns } from '../collector/store/turns.ts';
import type { StackTree } from '../shared/model/profile.ts';
import { StacksBuilder } from '../shared/stacks/stacks-builder.ts';
import { printComparison, printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';
import { type RecordedProgram, recordPrograms, treeOfSamples } from './profiles/recorded-samples.ts';

const samplesPerProfile = 2_970;
const stretch = 30;
const profiles = 1_000;
const partition = partitionAt('profiles', Date.UTC(2026, 10, 21));

const flags = new Map(process.argv.slice(2).map((flag) => flag.split('=') as [string, string]));
const seconds = Number(flags.get('seconds') ?? 14);
const only = flags.get('only') ?? '';

const root = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
try {
  const recorded = recordPrograms(root, { seconds, only }).filter(
    ({ samples }) => samples.length >= samplesPerProfile,
  );
  if (recorded.length === 0)
    printNote('perf gives no samples here; install it, e.g.: apt-get install linux-perf');
  else {
    for (const program of recorded) await measureNew(join(root, program.name), program);
    await measureMany(join(root, 'many'), recorded);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Each sample is in one profile only. */
async function measureNew(folder: string, { name, samples }: RecordedProgram): Promise<void> {
  const trees: StackTree[] = [];
  for (let from = 0; from + samplesPerProfile <= samples.length; from += samplesPerProfile)
    trees.push(treeOfSamples(samples.slice(from, from + samplesPerProfile)));
  const writer = await openWriter(folder);
  const sizes = trees.map((tree, place) => {
    writer.put(`${name} ${place}`, { ...tree, threads: [], samples: null });
    return rowBytes(folder);
  });
  writer.close();
  const growths = sizes.slice(1).map((size, place) => size - (sizes[place] ?? 0));
  const stacks = median(trees.map(({ self }) => self.filter((count) => count > 0).length));
  printNote(
    `${name}: ${trees.length} profiles of about ${stacks} stacks; the first takes ${sizes[0]} bytes, each further one ` +
      `${growths.join(', ')}; as JSON with zstd about ${median(trees.map(jsonBytes))}`,
  );
}

async function measureMany(folder: string, recorded: readonly RecordedProgram[]): Promise<void> {
  const random = randomFrom(7);
  const writer = await openWriter(folder);
  const sizes: number[] = [];
  let json = 0;
  let stacks = 0;
  let putMs = 0;
  for (let number = 0; number < profiles; number += 1) {
    const program = recorded[number % recorded.length];
    const tree = treeOfSamples(stretchesOf(program?.samples ?? [], random));
    const began = performance.now();
    writer.put(`p${number}`, { ...tree, threads: [], samples: null });
    putMs += performance.now() - began;
    json += jsonBytes(tree);
    stacks += tree.self.filter((count) => count > 0).length;
    if (number % 500 === 499) sizes.push(fileBytes(folder));
  }
  writer.close();
  const [half = 0, whole = 0] = sizes;
  printNote(
    `${profiles} profiles of ${Math.round(stacks / profiles)} stacks, put in ${(putMs / profiles).toFixed(1)} ms each`,
  );
  printComparison({
    columns: ['bytes a profile', 'bytes a profile of the second half'],
    ours: { name: 'one tree a month', figures: [whole / profiles, (whole - half) / (profiles / 2)] },
    others: [{ name: 'JSON with zstd', figures: [json / profiles, json / profiles] }],
  });
  const cold = await mergeMs(folder);
  const reader = ProfileFile.open(folder, partition);
  const warm: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) warm.push(await mergeMs(folder, reader));
  printNote(
    `merge of ${profiles}: ${cold.toFixed(0)} ms with the reading of the tree, ${median(warm).toFixed(0)} ms again`,
  );
  printNote(`tree of the file: ${reader.tree.nodeCount} nodes, ${reader.tree.frameCount} frames`);
  reader.close();
}

async function mergeMs(folder: string, known?: ProfileFile): Promise<number> {
  const began = performance.now();
  const yieldTurn = createTurns(5);
  const reader = known ?? ProfileFile.open(folder, partition);
  await reader.load(yieldTurn);
  const merger = new StacksBuilder();
  const ids = Array.from({ length: profiles }, (_, number) => `p${number}`);
  await reader.merge(ids, {
    merger,
    yieldTurn,
    onDamage(error) {
      throw error;
    },
  });
  const samples = merger.build().weight;
  const ms = performance.now() - began;
  if (samples !== profiles * samplesPerProfile) throw new Error(`${samples} samples are in the merged tree`);
  if (known === undefined) reader.close();
  return ms;
}

async function openWriter(folder: string): Promise<ProfileWriter> {
  const writer = ProfileWriter.open(folder, partition);
  await writer.load(() => Promise.resolve());
  return writer;
}

function stretchesOf<T>(samples: readonly T[], random: () => number): readonly T[] {
  return Array.from({ length: samplesPerProfile / stretch }, () => {
    const from = Math.floor(random() * (samples.length - stretch));
    return samples.slice(from, from + stretch);
  }).flat();
}

/** Pages, those that are still in the journal included. */
function fileBytes(folder: string): number {
  return ask(folder, 'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size');
}

/** Rows alone: a page holds several of them. */
function rowBytes(folder: string): number {
  return ask(
    folder,
    'SELECT (SELECT sum(length(data)) FROM stacks) + (SELECT sum(length(data)) FROM growth)',
  );
}

function ask(folder: string, sql: string): number {
  const db = openSqlite(join(folder, partition.path), { access: 'look' });
  try {
    return Number(db.prepare(sql).pluck().get());
  } finally {
    db.close();
  }
}

function jsonBytes(tree: StackTree): number {
  return zstdCompressSync(JSON.stringify(tree)).length;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
