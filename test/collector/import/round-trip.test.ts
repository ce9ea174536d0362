// A profile that is exported and imported is the same profile, as far as the format carries it; and other programs read the
// files, too. In: stacks of any names and weights.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { parse as parseProto } from 'protobufjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FileProfile } from '../../../collector/import/file-profile.ts';
import { parseFolded } from '../../../collector/import/folded-text.ts';
import { parsePprof } from '../../../collector/import/pprof-file.ts';
import { parseSpeedscope } from '../../../collector/import/speedscope-file.ts';
import { exportStacks } from '../../../collector/query/profiles/formats/export.ts';
import type { ImportFormat } from '../../../shared/api/profile-import.ts';
import type { Frame, Profile, StackTree } from '../../../shared/model/profile.ts';
import { pathTo, type Stacks } from '../../../shared/stacks/stacks.ts';
import { StacksBuilder, toTree } from '../../../shared/stacks/stacks-builder.ts';
import { finishedProfile } from '../query/profiles/stack-samples.ts';
import { faultsOfSpeedscope } from './speedscope-schema.ts';

type SampledStack = readonly [frames: readonly Frame[], weight: number];

const profiles = {
  samples: finishedProfile,
  microseconds: { ...finishedProfile, unit: 'microseconds', event: 'wall' },
  events: { ...finishedProfile, unit: 'events', event: 'cache-misses' },
} as const satisfies Record<string, Profile>;

const parsers = { folded: parseFolded, pprof: parsePprof, speedscope: parseSpeedscope };

function treeOf(stacks: readonly SampledStack[]): StackTree {
  const builder = new StacksBuilder();
  for (const [frames, weight] of stacks) {
    let branch = -1;
    for (const frame of frames) branch = builder.branch(branch, builder.frame(frame));
    builder.add(branch, weight);
  }
  return toTree(builder.build());
}

function bytesOf(profile: Profile, tree: StackTree, format: ImportFormat): Uint8Array {
  const { body } = exportStacks(profile, tree, format);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return format === 'pprof' ? gunzipSync(bytes) : bytes;
}

function thereAndBack(profile: Profile, tree: StackTree, format: ImportFormat): FileProfile {
  const { event, frequencyHz } = profile;
  return parsers[format](bytesOf(profile, tree, format), { event, frequencyHz });
}

/** Weight by stack, as text that no two stacks share. */
function weightsOf(stacks: readonly SampledStack[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [frames, weight] of stacks) {
    if (weight === 0) continue;
    const key = JSON.stringify(frames.map(({ function: name, module }) => [name, module]));
    weights.set(key, (weights.get(key) ?? 0) + weight);
  }
  return weights;
}

function weightsIn(stacks: Stacks): ReadonlyMap<string, number> {
  return weightsOf(
    Array.from(
      stacks.self,
      (weight, branch): SampledStack => [
        Array.from(pathTo(stacks, branch), (frame) => stacks.frames[frame] ?? { function: '', module: '' }),
        weight,
      ],
    ),
  );
}

/** Names that come through a format as they are. */
const plainName = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom('[unknown]', 'operator()', 'f 12', 'std::vector<a, b>::at(int) const', '求和', ' ', '1'),
  )
  .filter((name) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name));
const plainModule = fc
  .oneof(fc.constantFrom('', 'app', 'libm.so.6', '[kernel]', '[vdso]', 'liba b.so'), plainName)
  .filter((module) => !/^[/[]|:/.test(module) || module === '[kernel]' || module === '[vdso]');
const weight = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(1, 2 ** 31, 2 ** 40 + 1));

function stacksOf(frame: fc.Arbitrary<Frame>): fc.Arbitrary<readonly SampledStack[]> {
  const some = fc.array(fc.tuple(fc.array(frame, { minLength: 1, maxLength: 8 }), weight), {
    minLength: 1,
    maxLength: 30,
  });
  return some.filter((stacks) => stacks.some(([, each]) => each > 0));
}

const unitNames = fc.constantFrom('samples', 'microseconds', 'events');

describe('export and import', () => {
  it.each(['pprof', 'speedscope'] as const)(
    'of %s keeps functions, modules, stacks, weights and unit',
    (format) => {
      // A function called as nameless ones are in a file is one without a name to whoever reads it.
      const frame = fc
        .record({ function: plainName, module: plainModule })
        .filter(({ function: name, module }) => name !== `[${module}]` && name !== module);
      fc.assert(
        fc.property(stacksOf(frame), unitNames, (stacks, unit) => {
          const read = thereAndBack(profiles[unit], treeOf(stacks), format);
          expect(weightsIn(read.stacks)).toEqual(weightsOf(stacks));
          expect([read.unit, read.event, read.cutWeight]).toEqual([unit, profiles[unit].event, 0]);
        }),
        { numRuns: 150 },
      );
    },
  );

  it('of folded text keeps functions, stacks and weights: it has no modules, and no semicolons in names', () => {
    const frame = fc
      .record({ function: plainName, module: fc.constant('') })
      .filter(({ function: name }) => name === '[unknown]' || !/;|_\[[kij]\]$|^\[.*\]$/s.test(name));
    fc.assert(
      fc.property(stacksOf(frame), unitNames, (stacks, unit) => {
        const read = thereAndBack(profiles[unit], treeOf(stacks), 'folded');
        expect(weightsIn(read.stacks)).toEqual(weightsOf(stacks));
        expect(read.unit).toBe(unit);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['folded', 'pprof', 'speedscope'] as const)(
    'of %s loses no weight of hostile names, and none twice',
    (format) => {
      const anyText = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom(
          '',
          '[unknown]',
          '[rest]',
          'a;b',
          'a\nb 7',
          'x_[k]',
          '\u202e',
          '[x]',
          '/a/b',
          'y'.repeat(2000),
        ),
      );
      fc.assert(
        fc.property(stacksOf(fc.record({ function: anyText, module: anyText })), (stacks) => {
          const once = thereAndBack(profiles.samples, treeOf(stacks), format);
          expect(once.stacks.weight).toBe(stacks.reduce((sum, [, each]) => sum + each, 0));
          // What has been through a file once goes through it unchanged, but for the marks of folded text.
          if (format === 'folded') return;
          const twice = thereAndBack(profiles.samples, toTree(once.stacks), format);
          expect(weightsIn(twice.stacks)).toEqual(weightsIn(once.stacks));
        }),
        { numRuns: 100 },
      );
    },
  );

  it('of pprof keeps begin, duration, frequency and the number of samples', () => {
    for (const frequencyHz of [1, 19, 99, 997, 1999, 2000]) {
      const profile: Profile = { ...profiles.samples, frequencyHz };
      const read = thereAndBack(profile, treeOf([[[{ function: 'f', module: 'm' }], 7]]), 'pprof');
      expect(read).toMatchObject({
        startedTimeMs: profile.startedTimeMs,
        durationMs: 30_000,
        frequencyHz,
        samples: 7,
      });
    }
  });

  it('names what has no symbol after its module in every format, and knows it again', () => {
    const stacks: readonly SampledStack[] = [
      [
        [
          { function: 'main', module: 'app' },
          { function: '[unknown]', module: 'libm.so.6' },
        ],
        3,
      ],
      [[{ function: '[unknown]', module: '[kernel]' }], 2],
    ];
    for (const format of ['pprof', 'speedscope'] as const) {
      expect(weightsIn(thereAndBack(profiles.samples, treeOf(stacks), format).stacks)).toEqual(
        weightsOf(stacks),
      );
    }
    const folded = weightsIn(thereAndBack(profiles.samples, treeOf(stacks), 'folded').stacks);
    expect([...folded.keys()]).toContain('[["main",""],["[unknown]","libm.so.6"]]');
  });
});

/** The documented fields of https://github.com/google/pprof/blob/main/proto/profile.proto that are written. */
const schema = `syntax = "proto3";
message Profile {
  repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Mapping mapping = 3;
  repeated Location location = 4; repeated Function function = 5; repeated string string_table = 6;
  int64 time_nanos = 9; int64 duration_nanos = 10; ValueType period_type = 11; int64 period = 12;
}
message ValueType { int64 type = 1; int64 unit = 2; }
message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; }
message Mapping { uint64 id = 1; int64 filename = 5; bool has_functions = 7; }
message Location { uint64 id = 1; uint64 mapping_id = 2; repeated Line line = 4; }
message Line { uint64 function_id = 1; }
message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; }`;

interface DecodedPprof {
  readonly stringTable: readonly string[];
  readonly sample: readonly { readonly locationId: readonly number[]; readonly value: readonly number[] }[];
  readonly location: readonly {
    readonly id: number;
    readonly mappingId: number;
    readonly line: readonly { readonly functionId: number }[];
  }[];
  readonly function: readonly { readonly id: number; readonly name: number }[];
  readonly mapping: readonly { readonly id: number; readonly filename: number }[];
  readonly durationNanos: number;
  readonly period: number;
}

const known: readonly SampledStack[] = [
  [
    [
      { function: 'main', module: 'app' },
      { function: 'dgemm_', module: 'libopenblas.so.0' },
    ],
    60,
  ],
  [
    [
      { function: 'main', module: 'app' },
      { function: 'PMPI_Waitall', module: 'libmpi.so.40' },
    ],
    30,
  ],
  [[{ function: 'main', module: 'app' }], 10],
];

describe('other readers', () => {
  it('protobuf as it is documented reads the pprof file', () => {
    const type = parseProto(schema).root.lookupType('Profile');
    const bytes = bytesOf(profiles.samples, treeOf(known), 'pprof');
    const file = type.toObject(type.decode(bytes), { longs: Number }) as DecodedPprof;
    const text = (place = -1): string => file.stringTable[place] ?? '';
    const rows = file.sample.map(({ locationId, value }) => [
      locationId.map((id) => {
        const { line, mappingId } = file.location.find((each) => each.id === id) ?? {};
        const called = file.function.find((each) => each.id === line?.[0]?.functionId);
        return `${text(called?.name)}@${text(file.mapping.find((each) => each.id === mappingId)?.filename)}`;
      }),
      value,
    ]);
    expect(rows).toEqual([
      [
        ['dgemm_@libopenblas.so.0', 'main@app'],
        [60, 600_000_000],
      ],
      [
        ['PMPI_Waitall@libmpi.so.40', 'main@app'],
        [30, 300_000_000],
      ],
      [['main@app'], [10, 100_000_000]],
    ]);
    expect([file.durationNanos, file.period]).toEqual([30e9, 1e7]);
  });

  const go = globSync('/usr/{lib,local}/go*/bin/go').find((path) => existsSync(path));
  it.skipIf(go === undefined)('pprof itself shows the same shares (apt-get install golang-go)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-pprof-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'cpu.pb.gz');
    writeFileSync(path, exportStacks(profiles.samples, treeOf(known), 'pprof').body);
    const options = { encoding: 'utf8', env: { HOME: folder, PATH: process.env['PATH'] ?? '' } } as const;
    const top = execFileSync(go ?? '', ['tool', 'pprof', '-top', '-sample_index=samples', path], options);
    expect(top).toContain('Duration: 30s, Total samples = 100');
    expect(top.replace(/ +/g, ' ')).toMatch(/60 60\.00% 60\.00% 60 60\.00% dgemm_/);
    expect(top.replace(/ +/g, ' ')).toMatch(/10 10\.00% 100% 100 100% main/);
    const raw = execFileSync(go ?? '', ['tool', 'pprof', '-raw', path], options);
    expect(raw).toContain('libmpi.so.40');
  });

  it('speedscope files are as their schema says, whatever the names and weights', () => {
    const anyFrame = fc.record({
      function: fc.string({ unit: 'binary' }),
      module: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(stacksOf(anyFrame), unitNames, (stacks, unit) => {
        const { body } = exportStacks(profiles[unit], treeOf(stacks), 'speedscope');
        expect(faultsOfSpeedscope(JSON.parse(String(body)))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
