import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from '../../shared/version.ts';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { profile } from './recorded-profile.ts';

const bin = join(import.meta.dirname, '../../cli/bin.js');
let peer: CollectorPeer;

beforeEach(async () => {
  peer = await startCollectorPeer();
});
afterEach(async () => {
  await peer.close();
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env['PATH'], JIDI_URL: peer.url },
  });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...written }));
  });
  return { child, ended };
}

describe('cli/bin.js', () => {
  it('runs the program and hands on output and exit code', async () => {
    const [good, bad] = await Promise.all([start('--version').ended, start('node', 'show', 'nx').ended]);
    expect(good).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect(bad).toMatchObject({ code: 5, out: '', err: expect.stringContaining('jidi: ') });
  });

  it('hands on Ctrl-C: the profile is stopped and shown, once', async () => {
    const running = { body: { ...profile, status: 'running' } };
    peer.answer('GET profiles/p1', running);
    const asked = peer.request('GET profiles/p1');
    const { child, ended } = start('profile', 'start', 'n2', '--pid', '41', '--wait', '-o', 'json');
    await asked;
    const stopped = peer.request('POST profiles/p1/stop');
    child.kill('SIGINT');
    await stopped;
    peer.answer('GET profiles/p1', { body: { ...profile, status: 'stopped' } });
    const { code, out } = await ended;
    expect([code, JSON.parse(out).status]).toEqual([0, 'stopped']);
    expect(peer.asked.filter(({ path }) => path === 'profiles/p1/stop')).toHaveLength(1);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({
      name: `n${index}`,
      state: 'up',
      role: 'compute',
      lastSeen: 1,
    }));
    peer.answer('GET nodes', { body: many });
    const { child, ended } = start('node', 'ls', '-o', 'json');
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });
});
