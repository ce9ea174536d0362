// Memory errors: labels as node_exporter writes them, controllers that go.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEdacSource, moduleName } from '../../../agent/sources/health/edac.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

test('the label of a module loses its number signs and splits rows from channels', () => {
  expect(moduleName('CPU_SrcID#0_MC#0_Chan#1_DIMM#0')).toBe('CPU_SrcID0_MC0_Chan1_DIMM0');
  expect(moduleName('mc#0csrow#2channel#1')).toBe('mc0_csrow2_channel1');
});

test('a new error is seen, and a controller that went away is absent', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const top = join(folder, 'sys/devices/system/edac/mc');
  const source = createEdacSource(fixtureHost(folder));
  await source.read(new RecordingSink());
  writeFileSync(join(top, 'mc0/ce_count'), '18\n');
  rmSync(join(top, 'mc1'), { recursive: true });
  source.close();
  const sink = new RecordingSink();
  await source.read(sink);
  expect(sink.valueOf('node_edac_correctable_errors_total{controller="0"}')).toBe(18);
  expect(sink.render()).not.toContain('controller="1"');
  source.close();
  dispose();
});
