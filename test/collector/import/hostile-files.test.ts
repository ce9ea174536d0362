// Files that are damaged, odd or too large: a typed error or a profile within its bounds, never anything else.
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { Profile as Pprof, Function as PprofFunction, StringTable, ValueType } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import type { FileProfile } from '../../../collector/import/file-profile.ts';
import { parseFolded } from '../../../collector/import/folded-text.ts';
import { ImportError } from '../../../collector/import/import-error.ts';
import { parsePprof } from '../../../collector/import/pprof-file.ts';
import { readFile } from '../../../collector/import/read-file.ts';
import { parseSpeedscope } from '../../../collector/import/speedscope-file.ts';
import { gathererLimits, StackGatherer } from '../../../collector/import/stack-gatherer.ts';
import { unpack } from '../../../collector/import/unpack.ts';
import { exportStacks } from '../../../collector/query/profiles/formats/export.ts';
import type { ImportFormat } from '../../../shared/api/profile-import.ts';
import { finishedProfile, stackTree } from '../query/profiles/stack-samples.ts';

const besides = { event: 'cpu-clock', frequencyHz: 99 } as const;
const tree = stackTree({ 'main;solve;dot@libm.so.6': 60, 'main;solve': 10, 'main;read@[kernel]': 30 });

function exported(format: ImportFormat): Buffer {
  const { body } = exportStacks(finishedProfile, tree, format);
  return format === 'pprof' ? gunzipSync(body) : Buffer.from(body);
}

function refusal(read: () => unknown): ImportError {
  try {
    read();
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const folded = (text: string, gatherer?: StackGatherer): FileProfile =>
  parseFolded(Buffer.from(text), besides, gatherer);

type Edit = { readonly at: number; readonly cut: number; readonly put: Uint8Array };

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.integer({ min: 0, max: 12 }),
  put: fc.uint8Array({ maxLength: 6 }),
});

function edited(bytes: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce((before, { at, cut, put }) => {
    const place = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, place), put, before.subarray(place + cut)]);
  }, bytes);
}

describe('damaged files', () => {
  it.each(['folded', 'pprof', 'speedscope'] as const)(
    'of %s are refused with a reason, or read',
    (format) => {
      const whole = exported(format);
      const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(
          edits,
          fc.boolean(),
          fc.double({ min: 0, max: 1, noNaN: true }),
          (changes, isCut, end) => {
            const changed = edited(whole, changes);
            const bytes = isCut ? changed.subarray(0, Math.floor(end * changed.length)) : changed;
            try {
              const { weight, packed } = readFile({ bytes, format, besides });
              expect(weight).toBeGreaterThan(0);
              expect(packed.nodesEnd).toBeGreaterThan(0);
            } catch (error) {
              if (!(error instanceof ImportError)) throw error;
              expect(`${error.message}${error.remedy}`).not.toBe('');
            }
          },
        ),
        { numRuns: 700 },
      );
    },
  );

  it('tells what to do with what perf itself wrote', () => {
    const recording = Buffer.concat([Buffer.from('PERFILE2'), Buffer.alloc(96)]);
    const refused = refusal(() => readFile({ bytes: recording, format: 'pprof', besides }));
    expect(refused.message).toBe('the file is a recording of perf');
    expect(refused.remedy).toContain('perf script');
    expect(refusal(() => folded('app 17 4.5: 10101010 cpu-clock:ppp: \n')).remedy).toContain('perf script');
  });

  it('names the line, the field or the sample', () => {
    expect(refusal(() => folded('a;b 1\n\nc;d x\n')).message).toBe('line 3: no count at its end: c;d x');
    expect(refusal(() => folded('a 9007199254740991\nb 1')).message).toContain('line 2');
    expect(refusal(() => parsePprof(exported('pprof').subarray(0, -3), besides)).message).toContain(
      'ends in the middle',
    );
    const file = Pprof.decode(exported('pprof'));
    for (const sample of file.sample) sample.locationId = [77];
    expect(refusal(() => parsePprof(file.encode(), besides)).message).toBe(
      'pprof: sample 1: location 77 is not there',
    );
    const speedscope = JSON.parse(exported('speedscope').toString());
    speedscope.profiles[0].samples[1] = [9];
    expect(refusal(() => parseSpeedscope(Buffer.from(JSON.stringify(speedscope)), besides)).message).toBe(
      'speedscope: profiles[0].samples[1]: frame 9 is not there',
    );
  });

  it('that unpack to more than their bound are refused before they fill the memory', () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 20));
    expect(refusal(() => unpack(bomb, 2 ** 16)).code).toBe('file-too-large');
    expect(refusal(() => unpack(bomb.subarray(0, 200))).code).toBe('bad-file');
  });
});

describe('large files', () => {
  const small = { ...gathererLimits, branches: 10, functions: 6, depth: 20 };

  it('keep every sample: what finds no room counts for the rest', () => {
    const lines = Array.from({ length: 40 }, (_, line) => `main;f${line} 2`).join('\n');
    const { stacks, cutWeight } = folded(`[rest] 5\n${lines}`, new StackGatherer(small));
    expect(stacks.weight).toBe(85);
    expect(stacks.parents.length).toBeLessThanOrEqual(small.branches);
    expect(cutWeight).toBe(80 - 2 * (small.functions - 2));
    const text = new StackGatherer({ ...gathererLimits, text: 6 });
    expect(folded('main 1\nfg 2\nh 4\n', text)).toMatchObject({ cutWeight: 4 });
  });

  it('are refused when a stack has no end', () => {
    const deep = `${'f;'.repeat(30)}g 1`;
    expect(refusal(() => folded(deep, new StackGatherer(small)))).toMatchObject({
      code: 'file-too-large',
      message: 'line 1: 31 frames on a stack, at most 20 are taken',
    });
  });

  it('have their names cut', () => {
    const { stacks } = folded(`${'n'.repeat(5000)} 1`);
    expect(stacks.frames[0]?.function).toHaveLength(gathererLimits.functionText);
  });
});

describe('files of other programs', () => {
  it('of stackcollapse: blanks, Windows line ends, kernel and inline marks', () => {
    const { stacks } = folded(
      'java;Foo::bar(int, int)_[j];vfs_read_[k] 12\r\n\r\nswapper;[libc-2.31.so] 3.6\r\n',
    );
    expect(stacks.frames.map(({ function: name, module }) => `${name}@${module}`)).toEqual([
      'java@',
      'Foo::bar(int, int)@',
      'vfs_read@[kernel]',
      'swapper@',
      '[unknown]@libc-2.31.so',
    ]);
    expect(stacks.weight).toBe(16);
  });

  it('of pprof: inlined functions are frames, the module is that of the mapping', () => {
    const strings = new StringTable();
    const text = (value: string) => strings.dedup(value);
    const names = ['runtime.main', 'main.solve', 'main.dot'];
    const file = new Pprof({
      stringTable: strings,
      sampleType: [{ type: text('cpu'), unit: text('nanoseconds') }],
      periodType: { type: text('cpu'), unit: text('nanoseconds') },
      period: 10_000_000,
      sample: [
        { locationId: [2, 1], value: [30_000_000] },
        { locationId: [3], value: [10_000_000] },
      ],
      mapping: [{ id: 1, filename: text('/home/ada/bin/solver') }],
      location: [
        { id: 1, mappingId: 1, line: [{ functionId: 1 }] },
        { id: 2, mappingId: 1, line: [{ functionId: 3 }, { functionId: 2 }] },
        { id: 3, mappingId: 1, address: 4096 },
      ],
      function: names.map((name, index) => PprofFunction.create({ id: index + 1, name: text(name) })),
    });
    const read = parsePprof(file.encode(), besides);
    expect(read).toMatchObject({
      unit: 'samples',
      event: 'cpu-clock',
      frequencyHz: 100,
      startedTimeMs: null,
    });
    const { frames, frameIds, parents } = read.stacks;
    const branches = Array.from(frameIds, (frame) => `${frames[frame]?.function}@${frames[frame]?.module}`);
    expect(branches).toEqual([
      'runtime.main@solver',
      'main.solve@solver',
      'main.dot@solver',
      '[unknown]@solver',
    ]);
    expect([...parents]).toEqual([-1, 0, 1, -1]);
    expect([...read.stacks.self]).toEqual([0, 0, 3, 1]);
  });

  it('that count bytes are refused with what they count', () => {
    const strings = new StringTable();
    const sampleType = [{ type: strings.dedup('alloc_space'), unit: strings.dedup('bytes') }];
    const heap = new Pprof({ stringTable: strings, sampleType, sample: [{ locationId: [], value: [1] }] });
    expect(refusal(() => parsePprof(heap.encode(), besides))).toMatchObject({
      code: 'unknown-unit',
      message: 'pprof: it counts alloc_space in bytes',
    });
  });

  it('of speedscope: functions that were entered and left, of several threads', () => {
    const events = (at: readonly (readonly ['O' | 'C', number, number])[]) => ({
      type: 'evented',
      name: 't',
      unit: 'milliseconds',
      startValue: 0,
      endValue: 10,
      events: at.map(([type, frame, time]) => ({ type, frame, at: time })),
    });
    const file = {
      shared: { frames: [{ name: 'main', file: '/src/app.js' }, { name: 'dot' }] },
      profiles: [
        events([
          ['O', 0, 1],
          ['O', 1, 2],
          ['C', 1, 5],
          ['C', 0, 6],
        ]),
        events([
          ['O', 0, 0],
          ['C', 0, 10],
        ]),
      ],
    };
    const read = parseSpeedscope(Buffer.from(JSON.stringify(file)), besides);
    expect(read).toMatchObject({ unit: 'microseconds', event: 'wall' });
    expect([...read.stacks.self]).toEqual([12_000, 3000]);
    expect(read.stacks.frames[0]).toEqual({ function: 'main', module: 'app.js' });
  });
});

describe('a speedscope file made to hurt', () => {
  const oneFrame = (frame: object, profile: object): Buffer =>
    Buffer.from(
      JSON.stringify({
        shared: { frames: [frame] },
        profiles: [{ type: 'sampled', unit: 'none', samples: [[0]], weights: [1], ...profile }],
      }),
    );

  it('is refused where a list is nested deeper than anybody writes', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const file = oneFrame({ name: 'f' }, {}).toString().replace('[[0]]', `[[${deep}]]`);
    expect(refusal(() => parseSpeedscope(Buffer.from(file), besides)).message).toBe(
      'speedscope: profiles[0].samples[0]: frame a list is not there',
    );
  });

  it('is read where a path is a million slashes', () => {
    const path = `/${'/'.repeat(1_000_000)}x`;
    const { stacks } = parseSpeedscope(oneFrame({ name: 'f', file: path }, {}), besides);
    expect(stacks.frames).toEqual([{ function: 'f', module: 'x' }]);
  });

  it.each(['constructor', '__proto__', 'toString'])('is refused where the unit is %s', (unit) => {
    expect(refusal(() => parseSpeedscope(oneFrame({ name: 'f' }, { unit }), besides)).code).toBe(
      'unknown-unit',
    );
  });
});

it('a unit of pprof that is a word of the language tells no frequency', () => {
  const file = Pprof.decode(exported('pprof'));
  const unit = file.stringTable.dedup('constructor');
  file.period = 5;
  file.periodType = new ValueType({ type: unit, unit });
  expect(parsePprof(file.encode(), besides).frequencyHz).toBe(besides.frequencyHz);
});
