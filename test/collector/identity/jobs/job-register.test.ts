import { describe, expect, it } from 'vitest';
import { JobRegister, usualRegisterLimits } from '../../../../collector/identity/jobs/job-register.ts';
import { owned } from './some-processes.ts';

const t0 = 1_800_000_000_000;
const minuteMs = 60_000;
const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

describe('whose jobs ran where', () => {
  it('a job belongs to the user of its processes, whatever root and the system do in it', () => {
    const register = new JobRegister();
    register.note('n1', t0, [
      owned('root', '7'),
      owned('munge', '7'),
      owned('alice', '7'),
      owned('nobody', '7'),
    ]);
    register.note('n1', t0, [owned('165536', '7', { uid: 165_536 })]);
    expect(register.ownerOf('7')).toBe('alice');
    expect(register.isThere('alice', 'n1', t0)).toBe(true);
    expect(register.isThere('root', 'n1', t0)).toBe(false);
    expect(register.knows('munge', 'n1')).toBe(false);
  });

  it('a job in which a second user is seen is nobody’s, for good', () => {
    const register = new JobRegister();
    register.note('n1', t0, [owned('alice', '7')]);
    register.note('n2', t0 + 1000, [owned('mallory', '7')]);
    expect(register.ownerOf('7')).toBeNull();
    for (const user of ['alice', 'mallory']) {
      for (const node of ['n1', 'n2']) expect(register.isThere(user, node, t0)).toBe(false);
      expect(register.stays(user, 'n1', all)).toEqual([]);
    }
    register.note('n1', t0 + 5000, [owned('alice', '7')]);
    expect(register.ownerOf('7')).toBeNull();
    expect(register.isThere('alice', 'n1', t0 + 5000)).toBe(false);
    expect(register.statistics).toMatchObject({ jobs: 1, contested: 1 });
  });

  it('a node tells of itself alone: another node is not seen for what it says', () => {
    const register = new JobRegister();
    register.note('n1', t0, [owned('alice', '7')]);
    register.note('liar', t0, [owned('alice', '8'), owned('mallory', '9')]);
    expect(register.isThere('alice', 'liar', t0)).toBe(true);
    expect(register.isThere('mallory', 'n1', t0)).toBe(false);
  });

  it('a stay begins with its processes, a minute before they were seen at most, and ends a minute after', () => {
    const register = new JobRegister();
    register.note('young', t0, [owned('alice', '7', { startTimeMs: t0 - 12_000 })]);
    register.note('old', t0, [owned('alice', '8', { startTimeMs: t0 - 3_600_000 })]);
    for (let at = t0; at <= t0 + 10 * minuteMs; at += minuteMs)
      register.note('old', at, [owned('alice', '8')]);
    expect(register.stays('alice', 'young', all)).toEqual([t0 - 10_000, t0 + minuteMs]);
    expect(register.stays('alice', 'old', all)).toEqual([t0 - minuteMs, t0 + 11 * minuteMs]);
    expect(register.isThere('alice', 'young', t0 + minuteMs + 1)).toBe(false);
  });

  it('a job that comes back after a while was not there in between', () => {
    const register = new JobRegister();
    register.note('n1', t0, [owned('alice', '7')]);
    register.note('n1', t0 + 60 * minuteMs, [owned('alice', '7')]);
    expect(register.isThere('alice', 'n1', t0 + 30 * minuteMs)).toBe(false);
    expect(register.stays('alice', 'n1', { fromMs: t0, toMs: t0 + 59 * minuteMs })).toEqual([
      t0,
      t0 + minuteMs,
      t0 + 59 * minuteMs,
      t0 + 59 * minuteMs,
    ]);
  });

  it('what comes late joins what is known', () => {
    const register = new JobRegister();
    for (const minute of [8, 0, 4]) register.note('n1', t0 + minute * minuteMs, [owned('alice', '7')]);
    expect(register.stays('alice', 'n1', all)).toEqual([t0 - minuteMs, t0 + 9 * minuteMs]);
  });

  it('a process outside of jobs makes its node known, no more', () => {
    const register = new JobRegister();
    register.note('login', t0, [owned('alice')]);
    expect(register.knows('alice', 'login')).toBe(true);
    expect(register.knows('bob', 'login')).toBe(false);
    expect(register.isThere('alice', 'login', t0)).toBe(false);
  });

  it('keeps its bounds, and counts what they cost', () => {
    const register = new JobRegister({ ...usualRegisterLimits, jobs: 4, jobsPerNode: 3, spans: 2 });
    for (const job of ['1', '2', '3', '4', '5']) register.note('n1', t0, [owned('alice', job)]);
    expect(register.statistics).toMatchObject({ jobs: 3, refused: 2, evicted: 0 });
    register.note('n3', t0 + minuteMs, [owned('bob', '6')]);
    register.note('n2', t0 + minuteMs, [owned('bob', '7')]);
    expect(register.statistics).toMatchObject({ jobs: 4, evicted: 1 });
    expect(register.ownerOf('1')).toBeNull();
    expect(register.ownerOf('7')).toBe('bob');
    for (const hour of [1, 2, 3]) register.note('n2', t0 + hour * 3_600_000, [owned('bob', '7')]);
    expect(register.isThere('bob', 'n2', t0 + minuteMs)).toBe(false);
    expect(register.statistics.cut).toBe(2);
    expect(register.takeGone().map(({ name }) => name)).toEqual(['1']);
  });

  it('a node that makes up users gets room for some of them, until they are forgotten', () => {
    const register = new JobRegister({ ...usualRegisterLimits, usersPerNode: 2 });
    register.note('n1', t0, [owned('alice', '1'), owned('bob'), owned('carol', '3'), owned('alice', '4')]);
    expect(register.knows('carol', 'n1')).toBe(false);
    expect([register.ownerOf('1'), register.ownerOf('3'), register.ownerOf('4')]).toEqual([
      'alice',
      null,
      'alice',
    ]);
    expect(register.statistics.strangers).toBe(1);
    register.note('n2', t0, [owned('carol', '3')]);
    expect(register.knows('carol', 'n2')).toBe(true);
    register.forget(t0 + 31 * 86_400_000);
    register.note('n1', t0 + 31 * 86_400_000, [owned('carol', '3')]);
    expect(register.knows('carol', 'n1')).toBe(true);
  });

  it('forgets what was not seen for long', () => {
    const register = new JobRegister();
    register.note('n1', t0, [owned('alice', '7')]);
    register.note('n1', t0 + 29 * 86_400_000, [owned('bob', '8')]);
    register.forget(t0 + 31 * 86_400_000);
    expect([register.ownerOf('7'), register.ownerOf('8')]).toEqual([null, 'bob']);
    expect(register.knows('alice', 'n1')).toBe(false);
  });

  it('a hundred thousand jobs on five thousand nodes are noted and asked for at once', () => {
    const register = new JobRegister();
    const began = performance.now();
    for (let round = 0; round < 20; round += 1) {
      for (let node = 0; node < 5_000; node += 1) {
        register.note(`n${node}`, t0 + round * minuteMs, [owned(`u${node % 500}`, `${round}-${node}`)]);
      }
    }
    const noted = performance.now() - began;
    const asking = performance.now();
    let there = 0;
    for (let node = 0; node < 5_000; node += 1) {
      if (register.isThere('u1', `n${node}`, t0 + 19 * minuteMs)) there += 1;
    }
    expect(there).toBe(10);
    expect(performance.now() - asking).toBeLessThan(100);
    expect(noted).toBeLessThan(5_000);
    expect(register.statistics.jobs).toBe(100_000);
  });
});
