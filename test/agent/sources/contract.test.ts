// What every source of the registry keeps, whatever the machine gives it to read.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import type { Source, SourceFactory } from '../../../agent/sources/source.ts';
import { copyMachine, fixtureHost, machineFolder, machineNames, RecordingSink } from './fixture-machine.ts';

const garbage = Buffer.from(
  '\u0000\u00ff\u001b[2J -1 12ab 1e9 : \n99999999999999999999999 0x10 -\n\n:::\n/ / / \n',
  'latin1',
);
/** Here node_exporter keeps the kernel's words, and a counter's name has no _total. */
const kernelWords = /^node_(vmstat|netstat)_/;
const named = sourceFactories.map((create) => ({
  create,
  name: create(fixtureHost(machineFolder('vm'))).name,
  machines: machineNames.filter((machine) => create(fixtureHost(machineFolder(machine))).probe().present),
}));

test('no two sources share a name, nor define a metric twice', () => {
  const sources = sourceFactories.map((create) => create(fixtureHost(machineFolder('vm'))));
  const names = sources.map(({ name }) => name);
  // One definition may serve several sources, e.g. of GPUs of several vendors; two definitions of one name may not be.
  const metrics = [...new Set(sources.flatMap((source) => source.metrics))].map((metric) => metric.name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(metrics).size).toBe(metrics.length);
});

describe.each(named)('the source $name', ({ create, machines }) => {
  test('has a recorded machine', () => {
    expect(machines.length).toBeGreaterThan(0);
  });

  test('declares metrics as the conventions want them', () => {
    const source = create(fixtureHost(machineFolder('vm')));
    expect(source.name).toMatch(/^[a-z]+$/);
    for (const { name, kind, decimals, help } of source.metrics) {
      expect(name).toMatch(/^(node|jidi)_[A-Za-z0-9_]+$/);
      const isCounter = name.endsWith('_total') || (kernelWords.test(name) && kind === 'counter');
      expect(isCounter, name).toBe(kind === 'counter');
      expect(decimals).toBeGreaterThanOrEqual(0);
      expect(decimals).toBeLessThanOrEqual(9);
      expect(help, name).toMatch(/\.$/);
    }
  });

  test.each(machines)('sets only declared metrics, short labels and exact values on %s', async (machine) => {
    const source = create(fixtureHost(machineFolder(machine)));
    const { recorded } = await readInto(source, new RecordingSink());
    for (const [name, { metric, labels, value }] of recorded) {
      expect(source.metrics, name).toContainEqual(metric);
      for (const label of Object.values(labels)) expect(label.length).toBeLessThanOrEqual(128);
      expect(Number.isFinite(value), name).toBe(true);
      const scale = 10 ** metric.decimals;
      expect(Math.round(value * scale) / scale, name).toBe(value);
    }
  });

  test.each(machines)('reads the same again on %s, also after it was closed twice', async (machine) => {
    const source = create(fixtureHost(machineFolder(machine)));
    const first = await readInto(source, new RecordingSink());
    source.close();
    source.close();
    const second = await readInto(source, new RecordingSink());
    expect(first.recorded.size).toBeGreaterThan(0);
    expect(second.render()).toBe(first.render());
    source.close();
  });

  test('says that it is absent on an empty machine', () => {
    const machine = copyMachine('vm');
    for (const tree of ['proc', 'sys', 'root', 'bin']) {
      rmSync(join(machine.folder, tree), { recursive: true, force: true });
    }
    const probe = create(fixtureHost(machine.folder)).probe();
    expect(probe).toMatchObject({ present: false, remedy: expect.stringMatching(/\.$/) });
    machine.dispose();
  });

  test.each(machines)('never makes up a value when files of %s are damaged', async (machine) => {
    await damageEveryFile(machine, create);
  });
});

/** Every value that a source sets from a damaged tree is one that it sets from the whole one. */
async function damageEveryFile(machine: string, create: SourceFactory): Promise<void> {
  const { folder, dispose } = copyMachine(machine);
  const used = new Set<string>();
  const whole = await readInto(create(noting(fixtureHost(folder), used)), new RecordingSink());
  const madeUp: string[] = [];
  for (const path of listFiles(folder).filter((file) => used.has(file))) {
    const content = readFileSync(path);
    for (const { name, apply } of damages(content)) {
      // A running source has descriptors open and labels cached; a new one meets the damage at once.
      const running = create(fixtureHost(folder));
      await readInto(running, new RecordingSink());
      apply(path);
      for (const source of [running, create(fixtureHost(folder))]) {
        const { recorded } = await readInto(source, new RecordingSink());
        for (const [series, { value }] of recorded) {
          // A host name may be anything at all.
          if (value === whole.valueOf(series) || series.startsWith('node_uname_info')) continue;
          madeUp.push(`${series} ${value} with ${path} ${name}`);
        }
        source.close();
      }
      writeFileSync(path, content);
    }
  }
  dispose();
  expect(madeUp).toEqual([]);
}

/** The host, with a note of every file that is asked for. */
function noting(host: Host, used: Set<string>): Host {
  const note = (path: string): string => {
    used.add(path);
    return path;
  };
  return {
    ...host,
    keep: (path) => host.keep(note(path)),
    readBytes: (path) => host.readBytes(note(path)),
    readText: (path) => host.readText(note(path)),
  };
}

interface Damage {
  readonly name: string;
  readonly apply: (path: string) => void;
}

function damages(content: Buffer): readonly Damage[] {
  const cuts = new Set([0, 1, content.length - 1]);
  for (let part = 1; part < 8; part += 1) cuts.add(Math.floor((content.length * part) / 8));
  const feeds = [...content.keys()].filter((at) => content[at] === 10).slice(0, 6);
  for (const feed of feeds) cuts.add(feed + 1);
  return [
    ...[...cuts].map((cut) => ({
      name: `cut at ${cut}`,
      apply: (path: string) => writeFileSync(path, content.subarray(0, cut)),
    })),
    { name: 'replaced by garbage', apply: (path) => writeFileSync(path, garbage) },
    { name: 'vanished', apply: (path) => rmSync(path) },
  ];
}

async function readInto(source: Source, sink: RecordingSink): Promise<RecordingSink> {
  try {
    await source.read(sink);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
  return sink;
}

function listFiles(folder: string): readonly string[] {
  return ['proc', 'sys']
    .map((tree) => join(folder, tree))
    .filter((tree) => existsSync(tree))
    .flatMap((tree) => readdirSync(tree, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
