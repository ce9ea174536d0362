import { readFileSync } from 'node:fs';
import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PerfScriptFolder, parseFrame } from '../../../agent/profiler/perf-script-folder.ts';
import { StackTreeBuilder } from '../../../agent/profiler/stack-tree-builder.ts';
import { visibleLines } from '../../../shared/text.ts';
import { foldedText } from './folded-text.ts';

const hostile = readFileSync(new URL('../../fixtures/perf/hostile.txt', import.meta.url));

function fold(bytes: Buffer, pieceBytes = bytes.length, pid = 4242): PerfScriptFolder {
  const folder = new PerfScriptFolder(pid);
  for (let at = 0; at < bytes.length; at += pieceBytes) folder.write(bytes.subarray(at, at + pieceBytes));
  return folder;
}

describe('PerfScriptFolder', () => {
  test('folds hostile text into root-to-leaf stacks of one process', () => {
    const folder = fold(hostile);
    expect(visibleLines(foldedText(folder.builder.build()))).toMatchInlineSnapshot(`
      "__libc_start_call_main@libc.so.6;main@solver;ns::Box<double>::operator()(double (*)(double), double) const@solver 1
      main::{lambda(int) (*)}::operator()(int) const@h x (y);a) R (b[31m<b> [x] 4242/4242@h x (y) 1
      [unknown]@;write@libc.so.6;ext4_write@[ext4];do_syscall_64@[kernel] 1
      clock_gettime@[vdso];memfd_fn@memfd:code;jit:stub@perf-4242.map;[unknown]@;\\u202eevil <img src=x onerror=alert(1)> 名前@\\u202eexe.txt;core::ops::function::FnOnce::call_once@rust-app 1
      [unknown]@ 1
      main@y;twice@ 1
      after_unfinished@x 1"
    `);
    expect(folder.builder.samples).toBe(7);
    expect(folder.strayLines).toBe(3);
  });

  test('the size of the pieces makes no difference', () => {
    const whole = foldedText(fold(hostile).builder.build());
    expect(foldedText(fold(hostile, 100).builder.build())).toBe(whole);
    expect(foldedText(fold(hostile, 1).builder.build())).toBe(whole);
  });

  test('a text that is cut anywhere loses only the sample at the cut', () => {
    const all = fold(hostile).builder.samples;
    assert(
      property(integer({ min: 0, max: hostile.length }), (length) => {
        const { samples } = fold(hostile.subarray(0, length)).builder;
        const ended = hostile.toString('utf8', 0, length).split('\n\n').length - 1;
        expect(samples).toBeLessThanOrEqual(Math.min(all, ended));
      }),
    );
  });

  test('every sample counts once: self times add up', () => {
    const { builder } = fold(hostile);
    expect(builder.build().self.reduce((sum, count) => sum + count, 0)).toBe(builder.samples);
  });

  test('an endless line is cut, and the samples after it count', () => {
    const line = `\t  1144 ${'x'.repeat(300_000)} (/x)\n`;
    const text = Buffer.from(`1/1 \n${line}\t 11 main (/x)\n\n1/1 \n\t 11 main (/x)\n\n`);
    for (const piece of [text.length, 1000]) {
      const { builder } = fold(text, piece, 1);
      const { frames } = builder.build();
      expect(builder.samples).toBe(2);
      expect(Math.max(...frames.map((frame) => frame.function.length))).toBeLessThanOrEqual(512);
    }
  });

  test('one text of many different functions stays within the bounds', () => {
    const limits = { stackFrames: 8, nodes: 50, frames: 40 };
    const folder = new PerfScriptFolder(1, new StackTreeBuilder(limits));
    for (let i = 0; i < 1000; i += 1)
      folder.write(Buffer.from(`1/1 \n\t ${i} f${i} (/x)\n\t 1 main (/x)\n\n`));
    const tree = folder.builder.build();
    expect(tree.parents.length).toBeLessThanOrEqual(50);
    expect(tree.frames.length).toBeLessThanOrEqual(40);
    expect(tree.self.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(tree.frames).toContainEqual({ function: '[rest]', module: '' });
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
