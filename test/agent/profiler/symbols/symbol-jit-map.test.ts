import { chownSync, existsSync, linkSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { assert, property, uint8Array } from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { JitMap, JitMaps } from '../../../../agent/profiler/symbols/symbol-jit-map.ts';

const own = process.geteuid?.() ?? -1;
const isRoot = own === 0;

describe('a map of code made at run time', () => {
  const map = new JitMap(
    Buffer.from(
      [
        'cut off 12 of a line',
        '1000 100 old',
        '0x2000 0x10 LazyCompile:~step /home/a/b c.js:7',
        '3000 20 py::work:/home/a/model.py',
        '1000 80 \u001b[31mnew\u001b[0m <img src=x> (j7)',
        'fffffffffffffffff 10 too long a number',
        '4000 10',
        '5000 10  ',
        '6000 10 last',
      ].join('\n'),
    ),
  );

  test.each([
    [0xfff, undefined],
    [0x1000, '\u001b[31mnew\u001b[0m <img src=x> (j7)'],
    [0x107f, '\u001b[31mnew\u001b[0m <img src=x> (j7)'],
    [0x1080, undefined],
    [0x2008, 'LazyCompile:~step /home/a/b c.js:7'],
    [0x3001, 'py::work:/home/a/model.py'],
    [0x4001, undefined],
    [0x5001, ''],
    [0x600f, 'last'],
    [Number.NaN, undefined],
  ])('at %s has %j', (address, name) => {
    expect(map.nameAt(address)).toBe(name);
  });

  test('names are cut', () => {
    const long = new JitMap(Buffer.from(`10 10 ${'é'.repeat(100_000)}\n30 1 next`));
    expect(long.nameAt(0x10)?.length).toBeLessThanOrEqual(512);
    expect(long.nameAt(0x30)).toBe('next');
  });

  test('of any bytes gives an answer', () => {
    assert(
      property(uint8Array({ maxLength: 400 }), (bytes) => void new JitMap(Buffer.from(bytes)).nameAt(16)),
    );
  });
});

describe('maps of processes', () => {
  // No process has such a number, so its map lies in /tmp only.
  const pid = 4_194_305;
  const path = `/tmp/perf-${pid}.map`;
  const limits = { mapBytes: 4096, allBytes: 8192 };
  const remove = (): void => rmSync(path, { force: true });
  beforeEach(remove);
  afterEach(remove);

  test('that are not there are missing', () => {
    const maps = new JitMaps(() => own);
    expect(maps.nameAt(pid, 16)).toBeUndefined();
    expect(maps.lacks.get(pid)).toBe('absent');
  });

  test('of their own user, or of root, count', (ctx) => {
    writeFileSync(path, '10 10 hot\n');
    expect(new JitMaps(() => own).nameAt(pid, 0x11)).toBe('hot');
    if (!isRoot) return ctx.skip('only root can give files away; run the tests as root');
    expect(new JitMaps(() => 1234).nameAt(pid, 0x11)).toBe('hot');
    chownSync(path, 1235, 1235);
    const maps = new JitMaps(() => 1234);
    expect(maps.nameAt(pid, 0x11)).toBeUndefined();
    expect(maps.lacks.get(pid)).toBe('foreign');
    expect(new JitMaps(() => undefined).nameAt(pid, 0x11)).toBeUndefined();
  });

  test('of root do not, where they are another name of a file', (ctx) => {
    if (!isRoot) return ctx.skip('only root has files of root; run the tests as root');
    const secret = `${path}.secret`;
    writeFileSync(secret, '10 10 secret\n', { mode: 0o600 });
    onTestFinished(() => rmSync(secret, { force: true }));
    linkSync(secret, path);
    const maps = new JitMaps(() => 1234);
    expect(maps.nameAt(pid, 0x11)).toBeUndefined();
    expect(maps.lacks.get(pid)).toBe('foreign');
    expect(new JitMaps(() => 0).nameAt(pid, 0x11)).toBe('secret');
  });

  test('that are links or folders do not', () => {
    const target = `${path}.target`;
    writeFileSync(target, '10 10 hot\n');
    symlinkSync(target, path);
    expect(new JitMaps(() => own).nameAt(pid, 0x11)).toBeUndefined();
    rmSync(target);
    expect(existsSync(target)).toBe(false);
  });

  test('of a gigabyte are read at their end only', () => {
    writeFileSync(path, '10 10 first\n');
    truncateSync(path, 1024 ** 3);
    writeFileSync(path, '\n20 10 newest\n', { flag: 'a' });
    const before = process.memoryUsage().rss;
    const maps = new JitMaps(() => own);
    expect(maps.nameAt(pid, 0x11)).toBeUndefined();
    expect(maps.nameAt(pid, 0x21)).toBe('newest');
    expect(maps.lacks.get(pid)).toBe('cut');
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });

  test('have one budget together', () => {
    writeFileSync(path, `${'x'.repeat(10_000)}\n20 10 newest\n`);
    const maps = new JitMaps(() => own, { ...limits, allBytes: 8 });
    expect(maps.nameAt(pid, 0x21)).toBeUndefined();
    expect(maps.lacks.get(pid)).toBe('cut');
  });
});
