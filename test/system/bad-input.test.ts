// What a person may do wrong at the start: each program says what is wrong and what helps, and ends for good.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EndedProgram, runProgram, runStart } from './ended-program.ts';
import { RunningJidi } from './running-jidi.ts';

const refused = 78;

let folder: string;
const mounts: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jidi-bad-'));
});
afterAll(() => {
  for (const mount of mounts) execFileSync('umount', [mount]);
  rmSync(folder, { recursive: true, force: true });
});

describe('a configuration', () => {
  const badly: readonly [string, string, string, RegExp][] = [
    ['collector', 'httpp: 127.0.0.1:1', 'httpp', /Known here: .*\bhttp\b/],
    ['collector', 'log: loud', 'log', /Allowed: error, warn, info, debug or silent/],
    ['collector', 'retention: {raw: 5m}', 'retention.raw', /Allowed: a duration from 1h to 3650d/],
    ['collector', 'retention: {minute: 7}', 'retention.minute', /Allowed: a duration from 1h to 3650d/],
    ['collector', 'diskBudgetGiB: 0.1', 'diskBudgetGiB', /Allowed: at least 0.25/],
    ['collector', 'http: nowhere', 'http', /Allowed: HOST:PORT/],
    ['agent', 'buffer:\n  sizeMib: 4', 'buffer.sizeMib', /Known here: .*sizeMiB/],
    ['agent', 'buffer:\n  sizeMiB: 100000', 'buffer.sizeMiB', /Allowed: 4 to 4096/],
    ['agent', 'interval: 7s', 'interval', /Allowed: a duration from 1s to 60s/],
    ['agent', 'interval: 5', 'interval', /Allowed: a duration from 1s to 60s/],
    ['agent', 'role: boss', 'role', /Allowed: compute, login or manager/],
    ['agent', 'control:\n  executor: maybe', 'control.executor', /Allowed: child .*socket.* or off/],
    ['agent', 'node: "-rf /"', 'node', /Allowed: name of this node/],
  ];
  test.each(badly)('of the %s with %j is refused with its key', async (program, text, key, allowed) => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, `${text}\n`);
    const ended = await runProgram(program, ['--config', file]);
    expect(ended.code).toBe(refused);
    expect(ended.stderr).toContain(`configuration key ${key}: `);
    expect(ended.stderr).toMatch(allowed);
    expectPlain(ended.stderr);
  });

  test.each([
    ['collector', 'a: [', 'config.yaml'],
    ['agent', '- a list', 'top level is not a mapping'],
  ])('of the %s that is no mapping is refused with its file', async (program, text, word) => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, text);
    const ended = await runProgram(program, ['--config', file]);
    expect(ended.code).toBe(refused);
    expect(ended.stderr).toContain(file);
    expect(ended.stderr).toContain(word);
    expectPlain(ended.stderr);
  });

  test('with a flag that nobody knows is refused with the way to those that are known', async () => {
    for (const [program, way] of [
      ['collector', 'All of it: jidi-collector --help'],
      ['agent', 'All flags: jidi-agent --help'],
    ] as const) {
      const ended = await runProgram(program, ['--wings']);
      expect(ended.code).toBe(refused);
      expect(ended.stderr).toMatch(/^jidi-\w+: unknown option '--wings'$/im);
      expect(ended.stderr).toContain(way);
    }
  });
});

describe('an address', () => {
  test.each([
    ['--grpc', '0.0.0.0:0'],
    ['--grpc', '[::]:0'],
    ['--http', '0.0.0.0:0'],
    ['--http', '192.0.2.1:0'],
  ])('that others can reach is refused: %s %s', async (flag, address) => {
    const ended = await runCollector({ [flag]: address });
    expect(ended.code).toBe(refused);
    expect(ended.stderr).toContain(address);
    expect(ended.stderr).toMatch(/loopback|127\.0\.0\.1/);
    expectPlain(ended.stderr);
  });

  test.each(['--agents', '--enrolment', '--grpc', '--http'])(
    'in use is refused with another way: %s',
    async (flag) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const bound = server.address();
      const address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
      const ended = await runCollector({ [flag]: address });
      server.close();
      expect(ended.code).toBe(refused);
      expect(ended.stderr).toContain(address);
      expect(ended.stderr).toMatch(/EADDRINUSE|in use/);
      expectPlain(ended.stderr);
    },
  );
});

describe('a data folder', () => {
  test('where a file lies is refused by the collector and by npm start', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const collector = await runCollector({ '--data': file });
    expect(collector.code).toBe(refused);
    expect(collector.stderr).toContain(file);
    expectPlain(collector.stderr);
    const start = await runStart(join(file, 'data'));
    expect(start.code).toBe(1);
    expect(start.stderr).toContain(file);
    expect(start.stderr).toMatch(/--data DIR/);
  });

  test('that cannot be written is refused, and nothing is tried again', async () => {
    const readOnly = makeReadOnly();
    const collector = await runCollector({ '--data': readOnly });
    expect(collector.code).toBe(refused);
    expect(collector.stderr).toContain(readOnly);
    expect(collector.stderr).toMatch(/cannot be written[^]*writable|read-only/);
    expectPlain(collector.stderr);
    const start = await runStart(readOnly);
    expect(start.code).toBe(1);
    expect(start.stderr).toContain(readOnly);
    expect(start.stderr).not.toContain('starting it again');
  });

  test('that another collector uses is refused; the other goes on', async () => {
    const jidi = await RunningJidi.start();
    try {
      const ended = await runCollector({ '--data': join(jidi.dataDir, 'collector') });
      expect(ended.code).toBe(refused);
      expect(ended.stderr).toContain('another collector is using it');
      expect(ended.stderr).toContain('name another data folder');
      const nodes = await jidi.json<{ name: string; state: string }[]>('/api/v1/nodes');
      expect(nodes).toMatchObject([{ name: 'n1', state: 'up' }]);
    } finally {
      await jidi.stop();
    }
  });
});

/** Words for people: no stack, no JSON. */
function expectPlain(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at |node:internal|^\{/m);
  expect(stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2);
}

function runCollector(flags: Readonly<Record<string, string>>): Promise<EndedProgram> {
  const all = {
    '--data': join(folder, 'collector'),
    '--http': '127.0.0.1:0',
    '--agents': '127.0.0.1:0',
    '--enrolment': '127.0.0.1:0',
    '--grpc': '127.0.0.1:0',
    '--login': 'none',
    ...flags,
  };
  return runProgram('collector', [...Object.entries(all).flat(), '--log', 'error']);
}

/** Root may write everywhere but to a file system that is mounted read-only. */
function makeReadOnly(): string {
  const path = join(folder, 'read-only');
  if (process.geteuid?.() === 0) {
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'jidi-test', path]);
    mounts.push(path);
  } else {
    mkdirSync(path, { mode: 0o555 });
  }
  return path;
}
