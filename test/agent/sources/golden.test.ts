// Each source on each recorded machine gives exactly the lines that are stored beside the machine.
// JIDI_UPDATE_GOLDEN=1 writes them anew; a commit that changes them says why.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
    if (isUpdate) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, lines);
    }
    expect(existsSync(path), `${path} is missing; JIDI_UPDATE_GOLDEN=1 writes it`).toBe(true);
    expect(lines).toBe(readFileSync(path, 'utf8'));
  });
});

async function readLines(source: ReturnType<(typeof sourceFactories)[number]>): Promise<string> {
  const probe = source.probe();
  if (!probe.present) return 'absent\n';
  const sink = new RecordingSink();
  try {
    await source.read(sink);
  } finally {
    source.close();
  }
  return sink.render();
}
