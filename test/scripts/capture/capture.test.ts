import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReportValue, type SourceReport, surveySources } from '../../../agent/report/survey-sources.ts';
import { createSources } from '../../../agent/sources/registry.ts';
import { type Capture, captureMachine } from '../../../scripts/capture/capture.ts';
import { fixtureHost, machineFolder, machineNames } from '../../agent/sources/fixture-machine.ts';

let folder: string;
let capture: Capture;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'capture-'));
  capture = await captureMachine(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function allTexts(): readonly (readonly [path: string, text: string])[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.flatMap((path) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found === undefined) return [];
    return [[path, found.isFile() ? readFileSync(join(folder, path), 'latin1') : ''] as const];
  });
}

/** The kernel's log is not captured. */
const fromKernelLog = /^jidi_gpu_xid_/;

function seriesOf({ metric, labels }: ReportValue, change = (text: string) => text): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}=${change(text)}`);
  return `${metric.name} ${pairs.toSorted(byText).join()}`;
}

/** Sources that ask another thread answer meanwhile. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function surveyOf(machine: string): Promise<readonly SourceReport[]> {
  const host = fixtureHost(machine);
  const sources = createSources(host);
  const reports = await surveySources(sources, host.clock, pause);
  for (const source of sources) source.close();
  return reports;
}

test('the sources say of the capture what they said of this machine', async () => {
  const { sources, anonymiser } = capture;
  const there = await surveyOf(folder);
  for (const { name, state, values } of sources) {
    const found = there.find((source) => source.name === name);
    expect([name, found?.state]).toEqual([name, state]);
    const series = (value: ReportValue): string => seriesOf(value, (text) => anonymiser.text(text));
    expect([name, found?.values.map((value) => seriesOf(value)).toSorted(byText)]).toEqual([
      name,
      values.map(series).toSorted(byText),
    ]);
  }
});

/** Recorded machines with what this one lacks: control groups, sensors, links, programs, network filesystems. */
test.each(machineNames)('a capture of the machine %s says what the machine says', async (name) => {
  const copy = mkdtempSync(join(tmpdir(), 'capture-'));
  const { sources, anonymiser } = await captureMachine(copy, {
    machine: fixtureHost(machineFolder(name)),
    pause,
  });
  const there = await surveyOf(copy);
  for (const { name: source, state, values } of sources) {
    const found = there.find((each) => each.name === source);
    expect([source, found?.state]).toEqual([source, state]);
    const shown = (value: ReportValue): string =>
      `${seriesOf(value, (text) => anonymiser.text(text))} ${value.value}`;
    const expected = values.filter(({ metric }) => !fromKernelLog.test(metric.name)).map(shown);
    expect([
      source,
      found?.values.map((value) => `${seriesOf(value)} ${value.value}`).toSorted(byText),
    ]).toEqual([source, expected.toSorted(byText)]);
  }
  rmSync(copy, { recursive: true });
});

test("nothing in it has this machine's name or addresses", () => {
  const [name = ''] = hostname().split('.');
  const interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const secrets = interfaces
    .filter(({ internal }) => !internal)
    .flatMap(({ address, mac }) => [address, mac])
    .filter((text) => !/^[0:]+$/.test(text));
  const word = new RegExp(`(?<![\\w./-])${name}(?![\\w./-])`);
  for (const [path, text] of allTexts()) {
    expect([path, word.test(text)]).toEqual([path, false]);
    for (const secret of secrets) expect(`${path}\n${text}`).not.toContain(secret);
  }
});

test('nothing but what was asked is in it: no command line, no address of the program', () => {
  const paths = allTexts().map(([path]) => path);
  expect(paths.filter((path) => /^proc\/\d+\/(cmdline|environ|maps)$/.test(path))).toEqual([]);
  expect(readFileSync(join(folder, 'proc/self/auxv'))).toHaveLength(32);
});

test('a folder with something in it is refused', async () => {
  const other = mkdtempSync(join(tmpdir(), 'capture-'));
  writeFileSync(join(other, 'precious'), '');
  await expect(captureMachine(other)).rejects.toThrow('is not empty');
  rmSync(other, { recursive: true });
});
