import { gunzipSync } from 'node:zlib';
import { Profile as Pprof } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { exportStacks } from '../../../../../collector/query/profiles/formats/export.ts';
import { sampledStacks } from '../../../../../collector/query/profiles/formats/sampled-stacks.ts';
import type { ExportFormat } from '../../../../../shared/api/profile.ts';
import type { Profile, StackTree } from '../../../../../shared/model/profile.ts';
import { mergeTrees } from '../../../../../shared/stacks/stacks-builder.ts';
import { deepStack, finishedProfile, stackTree } from '../stack-samples.ts';

const stacks = { 'main;solve;dot': 60, 'main;solve': 10, 'main;read@[kernel]': 30 };
const tree = stackTree(stacks);
const hostile = stackTree({ 'ma"in;<script>alert(1)</script>;a]]>b&c;\u001b[2J\u202eevil\nline': 5 });

function exported(stackTree: StackTree, format: ExportFormat): string {
  const { body } = exportStacks(finishedProfile, stackTree, format);
  if (typeof body !== 'string') throw new Error(`${format} is not text`);
  return body;
}

describe('exportStacks', () => {
  it('names the file after node, process and profile, with nothing a shell or a folder could mistake', () => {
    const profile = { ...finishedProfile, node: 'n/../1' };
    const { fileName } = exportStacks(profile, tree, 'svg');
    expect(fileName).toBe('n_.._1-4711-0198f0a0-0000-7000-8000-000000000001.svg');
  });

  it('bounds what a tree may grow to when its stacks are written out, and keeps every sample', () => {
    const { stacks: kept, rest } = sampledStacks(mergeTrees([tree]), 5);
    expect(kept.map(({ samples }) => samples)).toEqual([60, 30]);
    expect(rest).toBe(10);
  });
});

describe('folded', () => {
  it('reads back as the stacks it was made of', () => {
    const lines = exported(tree, 'folded').trimEnd().split('\n');
    const read = Object.fromEntries(lines.map((line) => /^(.*) (\d+)$/.exec(line)?.slice(1) ?? []));
    expect(read).toEqual({ 'main;solve;dot': '60', 'main;solve': '10', 'main;read': '30' });
  });

  it('keeps one line a stack whatever the names are', () => {
    const frames = [{ function: 'operator;\n1 2', module: '' }];
    const text = exported({ frames, parents: [-1], frameIds: [0], self: [7] }, 'folded');
    expect(text).toBe('operator:\\x0a1 2 7\n');
  });

  it('names the module where there is no symbol', () => {
    expect(exported(stackTree({ 'main;[unknown]@libc.so.6': 1 }), 'folded')).toBe('main;[libc.so.6] 1\n');
  });
});

describe('speedscope', () => {
  it('has the required fields of the format and one weight for each stack', () => {
    const file: unknown = JSON.parse(exported(tree, 'speedscope'));
    expect(file).toMatchObject({
      $schema: 'https://www.speedscope.app/file-format-schema.json',
      shared: { frames: expect.arrayContaining([{ name: 'read', file: '[kernel]' }]) },
      profiles: [{ type: 'sampled', name: 'solver 4711 @ n001', unit: 'none', startValue: 0, endValue: 100 }],
    });
  });

  it('reads back as the stacks it was made of', () => {
    interface File {
      shared: { frames: { name: string }[] };
      profiles: { samples: number[][]; weights: number[] }[];
    }
    const { shared, profiles }: File = JSON.parse(exported(tree, 'speedscope'));
    const read = profiles[0]?.samples.map((stack, index) => [
      stack.map((frame) => shared.frames[frame]?.name).join(';'),
      profiles[0]?.weights[index],
    ]);
    expect(read).toEqual([
      ['main;solve;dot', 60],
      ['main;read', 30],
      ['main;solve', 10],
    ]);
  });
});

describe('pprof', () => {
  const { body } = exportStacks(finishedProfile, tree, 'pprof');
  const decoded = Pprof.decode(gunzipSync(body));
  const text = (index: number | bigint): string => decoded.stringTable.strings[Number(index)] ?? '';

  it('counts samples and CPU time, with the period of the frequency and the time that was sampled', () => {
    expect(decoded.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
      ['samples', 'count'],
      ['cpu', 'nanoseconds'],
    ]);
    expect(Number(decoded.period)).toBe(10_000_000);
    expect(Number(decoded.durationNanos)).toBe(30e9);
    expect(BigInt(decoded.timeNanos)).toBe(1_800_000_101_000_000_000n);
  });

  it('reads back as the stacks it was made of, leaf first', () => {
    const nameOf = (locationId: number | bigint): string => {
      const location = decoded.location.find(({ id }) => Number(id) === Number(locationId));
      const functionId = Number(location?.line[0]?.functionId);
      return text(decoded.function.find(({ id }) => Number(id) === functionId)?.name ?? -1);
    };
    const read = decoded.sample.map((each) => [
      each.locationId.map(nameOf).join(';'),
      ...each.value.map(Number),
    ]);
    expect(read).toEqual([
      ['dot;solve;main', 60, 600_000_000],
      ['read;main', 30, 300_000_000],
      ['solve;main', 10, 100_000_000],
    ]);
  });
});

describe('time that was measured, and events', () => {
  const measured: Profile = { ...finishedProfile, unit: 'microseconds', event: 'wall' };
  const counted: Profile = { ...finishedProfile, unit: 'events', event: 'cycles' };
  const bodyOf = (profile: Profile, format: ExportFormat) => exportStacks(profile, tree, format).body;

  it.each([
    [measured, [['wall', 'nanoseconds']], [60_000, 30_000, 10_000]],
    [counted, [['cycles', 'count']], [60, 30, 10]],
  ])('are told with their unit in pprof', (profile, types, values) => {
    const decoded = Pprof.decode(gunzipSync(bodyOf(profile, 'pprof')));
    const text = (index: number | bigint): string => decoded.stringTable.strings[Number(index)] ?? '';
    expect(decoded.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual(types);
    expect(decoded.sample.map(({ value }) => value.map(Number))).toEqual(values.map((value) => [value]));
  });

  it('are told with their unit in speedscope and in the picture', () => {
    expect(bodyOf(measured, 'speedscope')).toContain('"unit":"microseconds"');
    expect(bodyOf(measured, 'svg')).toContain('of all threads');
    expect(bodyOf(counted, 'svg')).toContain('100 events');
  });

  it('are told by what was sampled in the titles, and count microseconds in folded text', () => {
    expect(bodyOf(measured, 'svg')).toContain('>solver 4711 @ n001, wall</text>');
    expect(bodyOf(counted, 'speedscope')).toContain('"name":"solver 4711 @ n001, cycles"');
    expect(bodyOf(finishedProfile, 'svg')).toContain('>solver 4711 @ n001</text>');
    expect(bodyOf(measured, 'folded')).toContain('main;solve;dot 60\n');
  });
});

describe('svg', () => {
  it('draws every function with its share as a tooltip, and no script', () => {
    const svg = exported(tree, 'svg');
    expect(svg).toContain('<title>dot (app): 60.0 %, self 60.0 %</title>');
    expect(svg).toContain('<title>read ([kernel]): 30.0 %, self 30.0 %</title>');
    expect(svg).not.toContain('<script');
    expect(wellFormed(svg)).toBe(true);
  });

  it('shows hostile names as plain text', () => {
    const svg = exported(hostile, 'svg');
    expect(wellFormed(svg)).toBe(true);
    for (const bad of ['<script', ']]>', '\u001b', '\u202e']) expect(svg).not.toContain(bad);
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(svg).toContain('\\x1b[2J\\u202eevil\\x0aline');
  });

  it('shows the name of a file as plain text, and names its own file harmlessly', () => {
    const target = { kind: 'file', name: '../a"<script>&\u202e' } as const;
    const { body, fileName } = exportStacks(
      { ...finishedProfile, node: null, process: null, target },
      tree,
      'svg',
    );
    expect(String(body)).toContain('>../a&quot;&lt;script&gt;&amp;\\u202e</text>');
    expect(wellFormed(String(body))).toBe(true);
    expect(fileName).toMatch(/^file-\.\._a__script___-[\w-]+\.svg$/);
  });

  it('stays bounded for stacks of any depth and says so when there is nothing', () => {
    const svg = exported(deepStack(10_000, { recursive: false }), 'svg');
    expect(svg.match(/<g>/g)).toHaveLength(160);
    expect(exported({ frames: [], parents: [], frameIds: [], self: [] }, 'svg')).toContain('No samples.');
  });
});

/** Every tag closed in order, every ampersand an entity, one root, nothing but text between. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, closing, name = '', rest = ''] of xml.matchAll(
    /<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*\s*\/?)>/g,
  )) {
    if (closing === '/') {
      if (open.pop() !== name) return false;
    } else if (!rest.endsWith('/')) open.push(name);
  }
  const text = xml.replace(/<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*\s*\/?)>/g, '');
  const style = /rect\.box|g:hover>/g;
  return open.length === 0 && !/[<]|&(?!(amp|lt|gt|quot|#39);)/.test(text.replace(style, ''));
}
