import { readFileSync } from 'node:fs';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PerfScriptText } from '../../../../agent/profiler/samples/perf-script-text.ts';
import { SampleBuilder } from '../../../../agent/profiler/samples/sample-builder.ts';
import { parseFrame } from '../../../../agent/profiler/symbols/perf-frame.ts';
import { visibleLines } from '../../../../shared/text.ts';
import { foldedText } from '../folded-text.ts';

const hostile = readFileSync(new URL('../../../fixtures/perf/hostile.txt', import.meta.url));
const head = (pid: number, tid = pid, seconds = 1): string =>
  `prog ${pid}/${tid} ${seconds}.000000: 10101010 cpu-clock: \n`;

function read(bytes: Buffer, pieceBytes = bytes.length) {
  const builder = new SampleBuilder();
  const switches: string[] = [];
  const text = new PerfScriptText({
    sample: (sample, frames) => builder.add({ ...sample, timeMs: sample.timeUs / 1000, weight: 1 }, frames),
    switched: ({ tid, timeUs }, how) => void switches.push(`${tid} ${how} ${timeUs}`),
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) text.write(bytes.subarray(at, at + pieceBytes));
  return { builder, switches, text };
}

describe('the text of perf script', () => {
  test('makes root-to-leaf stacks of hostile names', () => {
    const { builder, text } = read(hostile);
    expect(visibleLines(foldedText(builder.tree.build())).split('\n')).toEqual([
      '__libc_start_call_main@libc.so.6;main@solver;ns::Box<double>::operator()(double (*)(double), double) const@solver 1',
      'main::{lambda(int) (*)}::operator()(int) const@h x (y);a) R (b[31m<b> [x] 4242/4242@h x (y) 1',
      '[unknown]@;write@libc.so.6;ext4_write@[ext4];do_syscall_64@[kernel] 1',
      String.raw`clock_gettime@[vdso];memfd_fn@memfd:code;jit:stub@perf-4242.map;[unknown]@;\u202eevil <img src=x onerror=alert(1)> 名前@\u202eexe.txt;core::ops::function::FnOnce::call_once@rust-app 1`,
      '[unknown]@ 1',
      'of_a_child@true 1',
      'main@y;twice@ 1',
      'after_unfinished@x 1',
    ]);
    expect(builder.count).toBe(8);
    expect(text.strayLines).toBe(3);
  });

  test('names threads, also those that call themselves like a line of it', () => {
    const { builder } = read(hostile);
    expect(builder.threads.map(({ pid, tid, name }) => [pid, tid, name])).toEqual([
      [4242, 4242, 'wor ker 1/1  9.9:'],
      [4242, 4243, 'solver'],
      [7, 7, 'solver'],
    ]);
    expect(builder.samples().timesMs).toEqual(Array.from({ length: 8 }, () => 100_000));
  });

  test('the size of the pieces makes no difference', () => {
    const whole = foldedText(read(hostile).builder.tree.build());
    expect(foldedText(read(hostile, 100).builder.tree.build())).toBe(whole);
    expect(foldedText(read(hostile, 1).builder.tree.build())).toBe(whole);
  });

  test('that is cut anywhere loses only the sample at the cut', () => {
    const all = read(hostile).builder.count;
    assert(
      property(integer({ min: 0, max: hostile.length }), (length) => {
        const { count } = read(hostile.subarray(0, length)).builder;
        const ended = hostile.toString('utf8', 0, length).split('\n\n').length - 1;
        expect(count).toBeLessThanOrEqual(Math.min(all, ended));
      }),
    );
  });

  test('has an endless line: it is cut, and the samples after it count', () => {
    const line = `\t  1144 ${'x'.repeat(300_000)} (/x)\n`;
    const text = Buffer.from(`${head(1)}${line}\t 11 main (/x)\n\n${head(1)}\t 11 main (/x)\n\n`);
    for (const piece of [text.length, 1000]) {
      const { builder } = read(text, piece);
      expect(builder.count).toBe(2);
      const { frames } = builder.tree.build();
      expect(Math.max(...frames.map((frame) => frame.function.length))).toBeLessThanOrEqual(512);
    }
  });

  test('tells switches, on one CPU and on all', () => {
    const text = [
      'a b  7/8  34690.021094: PERF_RECORD_SWITCH IN         ',
      'a b  7/8  34690.021209: PERF_RECORD_SWITCH OUT        ',
      'a b  7/9  34690.125654: PERF_RECORD_SWITCH OUT preempt',
      'a b  7/9  34690.2: PERF_RECORD_SWITCH OUT preempt',
      'swapper  0/0  34691.000001: PERF_RECORD_SWITCH_CPU_WIDE IN  prev pid/tid:     7/9    ',
      '',
    ];
    const { switches, text: reader } = read(Buffer.from(text.join('\n')));
    expect(switches).toEqual([
      '8 in 34690021094',
      '8 out 34690021209',
      '9 preempted 34690125654',
      '0 in 34691000001',
    ]);
    expect(reader.strayLines).toBe(1);
  });
});

describe('parseFrame', () => {
  test.each([
    ['hot (/opt/app/split)', 'hot', 'split'],
    ['f(int, char (*)(int)) (/opt/a (b)/c d)', 'f(int, char (*)(int))', 'c d'],
    ['[unknown] ([unknown])', '[unknown]', ''],
    ['[unknown] (/usr/lib/libm.so.6 (deleted))', '[unknown]', 'libm.so.6'],
    ['schedule ([kernel.kallsyms])', 'schedule', '[kernel]'],
    ['no_module', 'no_module', ''],
    ['', '[unknown]', ''],
  ])('%s', (text, name, module) => {
    expect(parseFrame(text)).toEqual({ function: name, module });
  });
});
