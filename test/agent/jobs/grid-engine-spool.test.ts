import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GridEngineSpool } from '../../../agent/jobs/grid-engine-spool.ts';
import { copyMachine, fixtureHost, machineFolder } from '../sources/fixture-machine.ts';

const jobs = 'root/var/spool/gridengine/execd/n1/active_jobs';

test('reads which group marks the processes of which job', () => {
  const found = new GridEngineSpool(fixtureHost(machineFolder('sge'))).jobsByGroup(0);
  const common = { scheduler: 'sge', localRank: null };
  expect(Object.fromEntries(found)).toEqual({
    20005: { ...common, job: '77.1', step: null },
    20006: { ...common, job: '78.4', step: null },
    // The task of a parallel job; the job itself has no group here, and the last one has none yet.
    20007: { ...common, job: '79.1', step: '1.n1' },
  });
});

test('follows jobs that come and go, a bounded number of them', () => {
  const machine = copyMachine('sge');
  const spool = new GridEngineSpool(fixtureHost(machine.folder));
  expect(spool.jobsByGroup(0).size).toBe(3);
  rmSync(join(machine.folder, jobs, '78.4'), { recursive: true });
  for (let job = 100; job < 400; job += 1) {
    mkdirSync(join(machine.folder, jobs, `${job}.1`));
    writeFileSync(join(machine.folder, jobs, `${job}.1/addgrpid`), `${21_000 + job}\n`);
  }
  expect(spool.jobsByGroup(9_000).size).toBe(3);
  expect(spool.jobsByGroup(10_000).size).toBe(256);
  expect(spool.jobsByGroup(10_000).has(20_006)).toBe(false);
  expect(spool.droppedCount).toBe(302 - 256);
  machine.dispose();
});

test.each(['0', '-5', 'x', '1 2', '99999999999'])('the group %j is none', (text) => {
  const machine = copyMachine('sge');
  writeFileSync(join(machine.folder, jobs, '77.1/addgrpid'), text);
  expect([...new GridEngineSpool(fixtureHost(machine.folder)).jobsByGroup(0).keys()]).toEqual([
    20_006, 20_007,
  ]);
  machine.dispose();
});

test('a machine without a spool has no such jobs', () => {
  expect(new GridEngineSpool(fixtureHost(machineFolder('vm'))).jobsByGroup(0).size).toBe(0);
});
