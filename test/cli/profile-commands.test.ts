import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { type RunOptions, type RunOutcome, runProgramWith } from './program-run.ts';
import { profile } from './recorded-profile.ts';

let peer: CollectorPeer;

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
});
beforeEach(async () => {
  peer = await startCollectorPeer();
});
afterEach(async () => {
  await peer.close();
});

function jidi(line: string, options: RunOptions = {}): Promise<RunOutcome> {
  return runProgramWith(line, { url: peer.url, ...options });
}

const running = {
  body: { ...profile, status: 'running', progress: 0.5 },
};
const start = 'profile start n2 --pid 41 --duration 10s --frequency 49';

describe('jidi profile start', () => {
  it('asks for the profile and gives its record', async () => {
    const { out, code } = await jidi(`${start} -o json`);
    expect([code, JSON.parse(out).id, JSON.parse(out).status]).toEqual([0, 'p1', 'pending']);
    expect(peer.asked[0]?.body).toEqual({
      nodes: 'n2',
      pid: 41,
      event: 'cpu-clock',
      callGraph: 'auto',
      inlined: false,
      duration: 10,
      frequency: 49,
    });
  });

  it.each([
    ['n2 --pid 41 --children', { nodes: 'n2', pid: 41, children: true }],
    ['n2 --pid 41 --thread 42 --thread 43', { pid: 41, threads: [42, 43] }],
    ['n[2-5] --job 7.batch', { nodes: 'n[2-5]', job: '7.batch' }],
    ['--job 7', { job: '7' }],
    ['n2 --cgroup /a.slice', { cgroup: '/a.slice' }],
    ['n2 --whole-node', { wholeNode: true }],
  ])('asks for what is named: %s', async (options, asked) => {
    await jidi(`profile start ${options} --event wall`);
    expect(peer.asked[0]?.body).toMatchObject({ ...asked, event: 'wall' });
  });

  it('waits, tells each change on stderr, and gives the hot functions', async () => {
    peer.answer('GET profiles/p1', running, running, { body: profile });
    const { out, err, code } = await jidi(`${start} --wait -o json`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      id: 'p1',
      functions: [{ function: 'hot' }, { function: 'cold' }],
    });
    expect(err.split('\n')).toEqual([
      'Profile p1 of pid 41 on n2: 10 s at 49 Hz.',
      'profile p1: running',
      'profile p1: finished',
      '',
    ]);
  });

  it('draws a bar over itself on a terminal and clears it', async () => {
    peer.answer('GET profiles/p1', running, { body: profile });
    const { err } = await jidi(`${start} --wait`, { tty: true, columns: 60 });
    expect(err).toContain(`\r\x1b[K${'█'.repeat(12)}${'░'.repeat(12)}  50 %  profile p1: running`);
    expect(err).toContain('profile p1: finished\r\x1b[K');
  });

  it('stops the profile at an interrupt and shows what was sampled', async () => {
    const stopped = { body: { ...profile, status: 'stopped', samples: 7 } };
    peer.answer('GET profiles/p1', running, running, running, stopped);
    const { out, err, code } = await jidi(`${start} --wait -o json`, {
      onStart: (interrupt) => void peer.request('GET profiles/p1').then(interrupt),
    });
    expect(peer.asked.map(({ method, path }) => `${method} ${path}`)).toContain('POST profiles/p1/stop');
    expect(err).toContain('Stopping;');
    expect([code, JSON.parse(out).samples]).toEqual([0, 7]);
  });

  it('goes on when the collector was away for a moment', async () => {
    peer.answer('GET profiles/p1', running, { status: 502, type: 'text/html', body: '' }, { body: profile });
    expect((await jidi(`${start} --wait -o json`)).code).toBe(0);
  });

  it('gives up on a profile that never ends', async () => {
    peer.answer('GET profiles/p1', running);
    const { code, err } = await jidi(`${start} --wait`);
    expect([code, err]).toEqual([1, expect.stringContaining('jidi: profile p1: not over in time\n')]);
  });

  it('fails with the profile', async () => {
    peer.answer('GET profiles/p1', { body: { ...profile, status: 'failed' } });
    expect((await jidi(`${start} --wait -o json`)).code).toBe(1);
  });
});

describe('jidi profile export', () => {
  const bytes = Uint8Array.from([0x1f, 0x8b, 0, 0xff, 0x0a]);

  it('hands on the bytes as they are', async () => {
    peer.answer('GET profiles/p1/export', { type: 'application/octet-stream', body: bytes });
    const { out } = await jidi('profile export p1 --format pprof');
    expect(Buffer.from(out, 'latin1')).toEqual(Buffer.from(bytes));
    expect(peer.asked[0]?.query).toEqual({ format: 'pprof' });
  });

  it('exports what is chosen, in the shape that is chosen', async () => {
    peer.answer('GET profiles/p1/export', { body: bytes });
    await jidi('profile export p1 --format folded --from 1.5s --to 2 --rank 3 --by module --fold');
    expect(peer.asked[0]?.query).toEqual({
      format: 'folded',
      from: '1.5',
      to: '2',
      rank: '3',
      by: 'module',
      fold: 'true',
    });
  });

  it('writes a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-export-'));
    try {
      peer.answer('GET profiles/p1/export', { body: bytes });
      const file = join(folder, 'p1.pb.gz');
      const { err, out } = await jidi(`profile export p1 --format pprof --file ${file}`);
      expect(readFileSync(file)).toEqual(Buffer.from(bytes));
      expect([out, err]).toEqual(['', `Wrote 5 B to ${file}.\n`]);
      expect((await jidi(`profile export p1 --format pprof --file ${folder}`)).code).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps bytes and escape sequences off a terminal', async () => {
    expect(await jidi('profile export p1 --format pprof', { tty: true })).toMatchObject({ code: 2, out: '' });
    expect(peer.asked).toEqual([]);
    peer.answer('GET profiles/p1/export', { body: new TextEncoder().encode('a;\x1b[2J 3\nb 1\n') });
    const { out } = await jidi('profile export p1 --format folded', { tty: true });
    expect(out).toBe('a;\\x1b[2J 3\nb 1\n');
  });
});

describe('jidi profile stop and rm', () => {
  it('ask for it and tell', async () => {
    expect((await jidi('profile stop p1 --no-headers')).out).toMatch(
      /^p1 {2}n2 {2}41 {2}app {2}ann {2}finished/,
    );
    peer.answer('DELETE profiles/p1', { status: 204 });
    expect(await jidi('profile rm p1')).toEqual({ code: 0, out: '', err: 'Profile p1 is deleted.\n' });
  });
});
