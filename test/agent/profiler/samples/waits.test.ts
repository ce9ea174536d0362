import { describe, expect, test } from 'vitest';
import { Folding } from '../../../../agent/profiler/samples/folding.ts';
import { PerfScriptText } from '../../../../agent/profiler/samples/perf-script-text.ts';
import { foldedText } from '../folded-text.ts';

const clock = (tid: number, at: string, ...frames: string[]): string =>
  sample('cpu-clock', 10_000_000, tid, at, frames);
const left = (tid: number, at: string, ...frames: string[]): string =>
  sample('context-switches/period=1/', 1, tid, at, frames);
const sample = (event: string, period: number, tid: number, at: string, frames: readonly string[]): string =>
  `app 5/${tid} ${at}: ${period} ${event}: \n${frames.map((frame) => `\t 11 ${frame} (/app)\n`).join('')}\n`;
const switched = (tid: number, at: string, how: string): string =>
  `app 5/${tid} ${at}: PERF_RECORD_SWITCH ${how}\n`;

function fold(text: readonly string[]) {
  const target = {
    isOpen: false,
    members: new Map([[5, { pid: 5, name: 'app', threads: 2, uid: 0, localRank: null }]]),
  };
  const folding = new Folding({
    target,
    event: { unit: 'microseconds' },
    beganUs: 100_000_000,
    endedUs: 101_000_000,
    files: new Map(),
    withAddresses: false,
  });
  new PerfScriptText(folding).write(Buffer.from(text.join('')));
  const builder = folding.end();
  return { stacks: foldedText(builder.tree.build()).split('\n'), samples: builder.samples(), builder };
}

describe('wall time', () => {
  test('is the time on a CPU and the waits in between, to the microsecond', () => {
    const { stacks, samples } = fold([
      clock(5, '100.010000', 'work', 'main'),
      left(5, '100.020000', 'read', 'main'),
      switched(5, '100.020010', 'OUT'),
      switched(5, '100.320010', 'IN'),
      clock(5, '100.330000', 'work', 'main'),
    ]);
    expect(stacks).toEqual(['main@app;work@app 20000', 'main@app;read@app 300000']);
    expect(samples.timesMs).toEqual([10, 20, 330]);
  });

  test('waiting for a CPU is told apart from waiting for something', () => {
    const { stacks } = fold([
      left(5, '100.1', 'main').replace('100.1', '100.100000'),
      switched(5, '100.100000', 'OUT preempt'),
      switched(5, '100.150000', 'IN'),
    ]);
    expect(stacks).toEqual(['main@app;[waiting for a CPU]@ 50000']);
  });

  test('waits of more threads than are followed are counted as lost', () => {
    const { builder } = fold(
      Array.from({ length: 65_540 }, (_, index) => switched(10 + index, '100.500000', 'OUT')),
    );
    expect([builder.count, builder.dropped]).toEqual([65_536, 4]);
  });

  test('what still waits at the end has waited until then', () => {
    const { stacks } = fold([left(6, '100.400000', 'lock', 'main'), switched(6, '100.400000', 'OUT')]);
    expect(stacks).toEqual(['main@app;lock@app 600000']);
  });

  test('a wait whose place was lost counts all the same; processes that were not asked for do not', () => {
    const { stacks } = fold([
      switched(6, '100.100000', 'OUT'),
      switched(6, '100.200000', 'IN'),
      switched(6, '100.300000', 'IN'),
      switched(7, '100.100000', 'OUT').replace('5/7', '8/7'),
      switched(7, '100.200000', 'IN').replace('5/7', '8/7'),
    ]);
    expect(stacks).toEqual(['[unknown]@ 100000']);
  });
});
