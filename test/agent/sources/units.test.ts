// States of services: what systemctl prints, and when it is asked at all.
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import type { ProgramRequest, ProgramResult } from '../../../agent/host/programs.ts';
import { parseUnits } from '../../../agent/sources/health/unit-answers.ts';
import { createUnitsSource } from '../../../agent/sources/health/units.ts';
import { createSources } from '../../../agent/sources/registry.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const block = (state: string): string =>
  `Type=notify\nNRestarts=3\nId=slurmd.service\nLoadState=loaded\nActiveState=${state}\n`;
const stateOf = (name: string, state: string): string =>
  `node_systemd_unit_state{name="${name}.service",state="${state}",type="notify"}`;

interface AskedHost {
  readonly host: Host;
  readonly asked: readonly ProgramRequest[];
  readonly answer: (text: string) => void;
  readonly turn: (ms: number) => void;
}

/** The machine with a clock that the test turns, and a systemctl that says what the test wants. */
function askedHost(folder: string): AskedHost {
  const real = fixtureHost(folder);
  const asked: ProgramRequest[] = [];
  let now = 0;
  let stdout = block('active');
  return {
    asked,
    answer: (text) => void (stdout = text),
    turn: (ms) => void (now += ms),
    host: {
      ...real,
      clock: { now: () => now, monotonic: () => now, after: () => () => undefined },
      run(request) {
        asked.push(request);
        return Promise.resolve({ exitCode: 0, stdout, stderr: '' });
      },
    },
  };
}

test('one state of five is 1, and an alias is one unit', () => {
  expect(parseUnits(`${block('active')}\n${block('active')}`)).toEqual([
    { name: 'slurmd.service', state: 'active', type: 'notify', restarts: 3 },
  ]);
});

test.each([
  ['a unit that is not installed', block('inactive').replace('loaded', 'not-found')],
  ['a state that nobody knows', block('rotten')],
  ['a block that is cut', block('active').slice(0, -4)],
  ['a name with a blank', block('active').replace('slurmd', 'slu rmd')],
])('%s is passed over', (_, text) => {
  expect(parseUnits(text)).toEqual([]);
});

test('systemctl is asked at start, when a mark changes and every five minutes, not in between', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host, asked, answer, turn } = askedHost(folder);
  const source = createUnitsSource(host, ['slurmd']);
  const read = async (): Promise<RecordingSink> => {
    const sink = new RecordingSink();
    await source.read(sink);
    return sink;
  };
  expect((await read()).valueOf(stateOf('slurmd', 'active'))).toBe(1);
  turn(20_000);
  expect((await read()).valueOf(stateOf('slurmd', 'failed'))).toBe(0);
  expect(asked).toHaveLength(1);
  rmSync(join(folder, 'root/run/systemd/units/invocation:slurmd.service'));
  answer(block('failed'));
  const sink = await read();
  expect(asked).toHaveLength(2);
  expect(sink.valueOf(stateOf('slurmd', 'failed'))).toBe(1);
  expect(sink.valueOf(stateOf('slurmd', 'active'))).toBe(0);
  expect(sink.valueOf('node_systemd_service_restart_total{name="slurmd.service"}')).toBe(3);
  turn(299_999);
  await read();
  expect(asked).toHaveLength(2);
  turn(1);
  await read();
  expect(asked).toHaveLength(3);
  dispose();
});

test('a unit that restarts all the time makes no program start at each reading', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host, asked, turn } = askedHost(folder);
  const source = createUnitsSource(host, ['slurmd']);
  const mark = join(folder, 'root/run/systemd/units/invocation:slurmd.service');
  for (let second = 0; second < 60; second += 5) {
    symlinkSync(String(second), `${mark}.new`);
    renameSync(`${mark}.new`, mark);
    await source.read(new RecordingSink());
    turn(5_000);
  }
  expect(asked).toHaveLength(4);
  dispose();
});

test('the names of the site are asked for, and those that systemd would not take are refused', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host, asked } = askedHost(folder);
  await createUnitsSource(host, ['gpfs', 'data.mount', '--now', 'a/b', 'a b', '']).read(new RecordingSink());
  const names = asked[0]?.arguments.slice((asked[0]?.arguments.indexOf('--') ?? 0) + 1);
  expect(names).toEqual(['gpfs.service', 'data.mount']);
  dispose();
});

test('a slow systemctl is no failure: its answer is told at the next reading, and its units are watched', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host, turn } = askedHost(folder);
  const answer = Promise.withResolvers<ProgramResult>();
  let asked = 0;
  const slow: Host = {
    ...host,
    clock: {
      ...host.clock,
      after(_, run) {
        run();
        return () => undefined;
      },
    },
    run() {
      asked += 1;
      return answer.promise;
    },
  };
  const source = createUnitsSource(slow, ['slurmd']);
  const first = new RecordingSink();
  await source.read(first);
  expect(first.recorded.size).toBe(0);
  answer.resolve({ exitCode: 0, stdout: block('active'), stderr: '' });
  await setImmediate();
  turn(20_000);
  const second = new RecordingSink();
  await source.read(second);
  expect(second.valueOf(stateOf('slurmd', 'active'))).toBe(1);
  rmSync(join(folder, 'root/run/systemd/units/invocation:slurmd.service'));
  const before = asked;
  await source.read(new RecordingSink());
  expect(asked).toBe(before + 1);
  dispose();
});

test('a systemctl that fails is a failure of this source', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host } = askedHost(folder);
  const failing: Host = {
    ...host,
    run: () => Promise.resolve({ exitCode: 1, stdout: '', stderr: 'no bus' }),
  };
  await expect(createUnitsSource(failing).read(new RecordingSink())).rejects.toThrow('systemctl');
  dispose();
});

test('the list of all sources takes the names of the site', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const { host, asked } = askedHost(folder);
  const source = createSources(host, { units: ['beegfs-client'] }).find(({ name }) => name === 'units');
  await source?.read(new RecordingSink());
  expect(asked[0]?.arguments.at(-1)).toBe('beegfs-client.service');
  dispose();
});
