// Each source on each recorded machine gives exactly the lines that are stored beside the machine; where none are
// stored, the source says that it has nothing to read there.
// JIDI_UPDATE_GOLDEN=1 writes them anew; a commit that changes them says why.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import { fixtureHost, machineFolder, machineNames, RecordingSink } from './fixture-machine.ts';

const isUpdate = process.env['JIDI_UPDATE_GOLDEN'] === '1';

describe.each(machineNames)('on the machine %s', (machine) => {
  const host = fixtureHost(machineFolder(machine));
  const sources = sourceFactories.map((create) => create(host));

  test.each(sources)('the source $name gives the stored lines', async (source) => {
    const lines = await readLines(source);
    const path = join(machineFolder(machine), 'expected', `${source.name}.txt`);
    if (isUpdate) store(path, lines);
    const stored = existsSync(path) ? readFileSync(path, 'utf8') : null;
    expect(lines, `as in ${path}; JIDI_UPDATE_GOLDEN=1 writes it`).toBe(stored);
  });
});

/** null where the source has nothing to read. */
async function readLines(source: ReturnType<(typeof sourceFactories)[number]>): Promise<string | null> {
  if (!source.probe().present) return null;
  const sink = new RecordingSink();
  try {
    await source.read(sink);
  } finally {
    source.close();
  }
  return sink.render();
}

function store(path: string, lines: string | null): void {
  mkdirSync(join(path, '..'), { recursive: true });
  if (lines === null) rmSync(path, { force: true });
  else writeFileSync(path, lines);
}
