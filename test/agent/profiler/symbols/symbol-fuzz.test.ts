// Program files that are broken on purpose: heads, tables of symbols and strings, unwind tables, debug information.
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { whyNoProfile } from '../../../profiled-programs/why-no-profile.ts';
import { foldFile, recordProgram } from '../fold-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-symbol-fuzz-'));
const program = join(folder, 'split');
const recording = join(folder, 'perf.data');
const rounds = 24;
let missing: string | undefined;
let whole: Buffer;

beforeAll(() => {
  missing = whyNoProfile();
  if (missing !== undefined) return;
  chmodSync(folder, 0o755);
  const source = join(import.meta.dirname, '../../../fixtures/perf/split.c');
  execFileSync('gcc', ['-O1', '-g', '-fno-inline', '-o', program, source]);
  recordProgram(recording, [program], 'dwarf,4096').kill('SIGKILL');
  whole = readFileSync(program);
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The same numbers at each run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Section {
  readonly head: number;
  readonly offset: number;
  readonly size: number;
}

const withoutBytes = 8;

/** ELF of 64 bits: the heads of the sections lie at what byte 40 says, 64 bytes each. */
function sectionsOf(bytes: Buffer): Section[] {
  const start = Number(bytes.readBigUInt64LE(40));
  const heads = Array.from({ length: bytes.readUInt16LE(60) }, (_, place) => start + place * 64);
  return heads
    .filter((head) => bytes.readUInt32LE(head + 4) !== withoutBytes)
    .map((head) => ({
      head,
      offset: Number(bytes.readBigUInt64LE(head + 24)),
      size: Number(bytes.readBigUInt64LE(head + 32)),
    }))
    .filter(({ size }) => size > 0);
}

function broken(dice: (sides: number) => number, kind: number): Buffer {
  const bytes = Buffer.from(whole);
  const sections = sectionsOf(bytes);
  const section = sections[dice(sections.length)];
  if (section === undefined) throw new Error('a program without sections');
  const spoil = (from: number, length: number, count: number): void => {
    for (let at = 0; at < count; at += 1) bytes[from + dice(length)] = dice(256);
  };
  if (kind === 0) spoil(section.offset, section.size, 100);
  else if (kind === 1) spoil(section.head, 64, 8);
  else if (kind === 2) bytes.writeBigUInt64LE(0x7fff_ffff_ffffn, section.head + 24 + 8 * dice(5));
  else if (kind === 3) spoil(16, 48, 1 + dice(4));
  else if (kind === 4) spoil(64, 13 * 56, 32);
  else return bytes.subarray(0, dice(bytes.length));
  return bytes;
}

test('broken program files never cost the profile', { timeout: 120_000 }, async () => {
  const good = await foldFile(recording);
  expect(good.frames).toContain('hot@split');
  const dice = createDice(20_261_121);
  for (let round = 0; round < rounds; round += 1) {
    // In its place: the recording knows it by its inode.
    const file = openSync(program, 'w');
    writeSync(file, broken(dice, round % 6));
    closeSync(file);
    const { samples, text, symbols } = await foldFile(recording);
    expect({ round, samples, text }).toMatchObject({ samples: good.samples });
    expect(symbols.named >= 0.8 || symbols.reason !== null).toBe(true);
  }
});
