// Names of functions of real programs, some of them made to harm, with the perf of this machine.
import { type ChildProcess, execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPlain, splitSource } from '../../profiled-programs/split-program.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { foldFile, recordProgram } from './fold-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-symbols-'));
const fixtures = join(import.meta.dirname, '../../fixtures/perf');
const split = join(folder, 'split');
const jit = join(folder, 'jit');
const children: ChildProcess[] = [];
const hostileName = '\u001b[31mred\u001b[0m <img src=x onerror=alert(1)> (j2) (/etc/passwd)';
let missing: string | undefined;

function record(name: string, program: string, ...args: string[]): string {
  const file = join(folder, `${name}.data`);
  children.push(recordProgram(file, [program, ...args]));
  return file;
}

function end(): void {
  for (const child of children) {
    child.kill('SIGKILL');
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true });
  }
  children.length = 0;
}

describe('names', { timeout: 60_000 }, () => {
  beforeAll(() => {
    missing = whyNoProfile();
    if (missing !== undefined) return;
    chmodSync(folder, 0o755);
    buildPlain(split, splitSource);
    buildPlain(jit, join(fixtures, 'jit.c'));
  });
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  afterAll(() => {
    end();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['closed to others', 0o700],
    ['in a closed folder', 0o755],
    ['that only its user may run', 0o711],
  ])('of a program %s are found', async (what, mode) => {
    const closed = join(folder, what);
    mkdirSync(closed, { mode: 0o700 });
    const program = join(closed, 'split');
    copyFileSync(split, program);
    chmodSync(program, mode);
    const { frames, symbols } = await foldFile(record(what, program));
    end();
    expect(frames).toContain('hot@split');
    expect(symbols).toEqual({ named: 1, reason: null });
  });

  test('of a program that was deleted are found while it runs; afterwards its reason says so', async () => {
    const program = join(folder, 'deleted');
    copyFileSync(split, program);
    chmodSync(program, 0o755);
    const file = record('deleted', program);
    copyFileSync(file, `${file}.2`);
    unlinkSync(program);
    copyFileSync(jit, program);
    const alive = await foldFile(file);
    expect(alive.frames).toContain('hot@deleted');
    end();
    const gone = await foldFile(`${file}.2`);
    expect(gone.frames).toContain('[unknown]@deleted');
    expect(gone.symbols.reason).toMatchObject({ code: 'symbols-file-gone' });
    expect(gone.symbols.reason?.message).toContain('in deleted');
  });

  test('in a container are those of its files, and of its /tmp', async (ctx) => {
    if (process.geteuid?.() !== 0) return ctx.skip('only root can make a container; run the tests as root');
    if (process.arch !== 'x64') return ctx.skip('the program made at run time is for x86-64');
    const root = join(folder, 'root');
    mkdirSync(root);
    const program = '/app-that-no-host-has';
    const script = [
      `mount -t tmpfs none ${root}`,
      `mkdir -p ${root}/tmp ${root}/usr ${root}/lib ${root}/lib64`,
      `for of in usr lib lib64; do test ! -d /$of || mount --bind /$of ${root}/$of; done`,
      `cp ${jit} ${root}${program}`,
      `exec chroot ${root} ${program} inner`,
    ].join(' && ');
    const { frames, symbols } = await foldFile(
      record('container', 'unshare', '--mount', '--', 'sh', '-c', script),
    );
    end();
    expect(frames).toContain('inner@[jit]');
    expect(frames).toContain('main@app-that-no-host-has');
    expect(symbols.reason).toBeNull();
  });

  test('of a stripped program are missing: the reason names it and the remedy', async () => {
    const program = join(folder, 'stripped');
    execFileSync('strip', ['-o', program, split]);
    const { symbols } = await foldFile(record('stripped', program));
    end();
    expect(symbols.named).toBeLessThan(0.8);
    expect(symbols.reason).toMatchObject({ code: 'symbols-stripped' });
    expect(symbols.reason?.message).toContain('most of them in stripped');
    expect(symbols.reason?.remedy).toContain('-g');
  });

  test.runIf(process.arch === 'x64').each([
    ['of Python', 'py::work:/home/a/model.py', '0', 'work@model.py'],
    ['that are hostile', hostileName, '0', `${hostileName}@[jit]`],
    ['in a map of a gigabyte', 'hot', String(1024 ** 3), 'hot@[jit]'],
  ])('of code made at run time, %s', async (what, name, emptyBytes, frame) => {
    const { frames, symbols } = await foldFile(record(what, jit, name, emptyBytes));
    end();
    expect(frames).toContain(frame);
    expect(symbols).toEqual({ named: 1, reason: null });
  });

  test.runIf(process.arch === 'x64')('of code made at run time without a map are missing', async () => {
    const { symbols } = await foldFile(record('no map', jit));
    end();
    expect(symbols.named).toBeLessThan(0.8);
    expect(symbols.reason).toMatchObject({ code: 'symbols-no-perf-map' });
    expect(symbols.reason?.remedy).toContain('--perf-basic-prof');
  });

  test('of inlined functions come with the file that they are in', async () => {
    const program = join(folder, 'inlining');
    const source = 'static volatile long s; static inline long twice(long a) { return s += a * 2; }\n';
    writeFileSync(`${program}.c`, `${source}int main(void) { for (long i = 0;; i++) twice(i); }\n`);
    execFileSync('gcc', ['-O2', '-g', '-o', program, `${program}.c`]);
    const { frames } = await foldFile(record('inlining', program), { withInlined: true });
    end();
    expect(frames).toContain('main@inlining');
    expect(frames.filter((frame) => frame.endsWith('@inlined'))).toEqual([]);
  });

  test('that imitate the text of perf put no sample on others', async () => {
    const program = join(folder, 'forger');
    const source = readFileSync(join(fixtures, 'split.c'), 'utf8');
    const placeholder = `hot${'_'.repeat(80)}`;
    writeFileSync(`${program}.c`, source.replaceAll(/\bhot\b/g, placeholder));
    execFileSync('gcc', ['-O1', '-fno-omit-frame-pointer', '-fno-inline', '-o', program, `${program}.c`]);
    const forged = 'x (j2)\n\nroot 1/1 1.000000: 1 cpu-clock:\n\t 1 forged';
    const bytes = readFileSync(program);
    bytes.write(forged.padEnd(placeholder.length, '\0'), bytes.lastIndexOf(placeholder), 'latin1');
    writeFileSync(program, bytes);
    const { text, symbols, samples } = await foldFile(record('forger', program));
    end();
    expect(text).not.toContain('forged');
    expect(samples).toBeGreaterThan(10);
    expect(symbols.reason).toMatchObject({ code: 'symbols-limited' });
    expect(symbols.reason?.message).toContain('imitate');
  });

  test.each([
    ['dies of a program file', 'test -e j2 && kill -SEGV $$', /broke off \(SIGSEGV\)/],
    ['dies of every file', 'test -e j1 && kill -ABRT $$', /broke off \(SIGABRT\); addresses are shown/],
    ['has no memory', 'test -e j2 && exit 1', /broke off \(code 1\)/],
  ])('where perf %s are addresses, with the reason', async (what, script, message) => {
    const file = record(what, split);
    end();
    // In a folder that is closed to the reader.
    const closed = mkdtempSync(join(folder, 'closed-'));
    const fake = join(closed, 'perf');
    writeFileSync(fake, `#!/bin/sh\n${script}\nexec perf "$@"\n`, { mode: 0o755 });
    const { frames, samples, symbols } = await foldFile(file, { perf: fake });
    expect(samples).toBeGreaterThan(10);
    expect(frames.some((frame) => /^0x[0-9a-f]+@split$/.test(frame))).toBe(true);
    expect(symbols.reason).toMatchObject({ code: 'symbols-limited' });
    expect(symbols.reason?.message).toMatch(message);
  });
});
