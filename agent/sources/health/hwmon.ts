// Temperatures, fans, power, voltages from /sys/class/hwmon (Documentation/hwmon/sysfs-interface.rst), drives among
// them. In: thousandths of °C, V, A; millionths of W, J; turns. Out: node_exporter's names and labels in base units.
// A sensor that its driver cannot read now (EIO, ENODATA, EAGAIN) is absent. Chips that ask a drive or a board
// controller are asked on another thread first, so that one that hangs delays nothing.
import type { Host } from '../../host/host.ts';
import { FolderRows } from '../folder-rows.ts';
import { createRow } from '../series-row.ts';
import type { Probe, Source } from '../source.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { HwmonChip } from './hwmon-chip.ts';
import {
  chipLimit,
  chipNames,
  chipNamesMetric,
  labelMetric,
  listChips,
  sensorMetrics,
  skippedChips,
} from './hwmon-names.ts';

const everyMs = 10_000;
const listEveryMs = 300_000;
/** How long slow chips may take; what comes later is told at the next reading. */
const patienceMs = 100;

export function createHwmonSource(host: Host): Source {
  let names: ReadonlyMap<string, string> = new Map();
  const chips = new FolderRows(host, {
    everyMs: listEveryMs,
    limit: chipLimit,
    list: () => {
      names = chipNames(host, listChips(host));
      // The chip is part of the key: a number that another chip gets is another row.
      return [...names].map(([folder, chip]) => `${folder} ${chip}`);
    },
    create: (key) => {
      const [folder = ''] = key.split(' ');
      return new HwmonChip(host, folder, names.get(folder) ?? folder);
    },
  });
  const skippedRow = createRow([skippedChips], {});
  return {
    name: 'hwmon',
    reads: '/sys/class/hwmon',
    metrics: [...sensorMetrics, chipNamesMetric, labelMetric, skippedChips],
    everyMs,
    probe: () => probeChips(host),
    close: () => chips.close(),
    async read(sink) {
      const rows = [...chips.rows()];
      if (chips.skipped > 0) skippedRow.set(sink, 0, chips.skipped);
      for (const chip of rows) if (!chip.isSlow) chip.read(sink);
      const slow = rows.filter((chip) => chip.isSlow);
      if (slow.length === 0) return;
      await waitAtMost(host.clock, patienceMs, Promise.all(askInTurn(slow)));
      for (const chip of slow) chip.setAnswered(sink);
    },
  };
}

/** Two at a time: the threads that wait for them are few. */
function askInTurn(chips: readonly HwmonChip[]): readonly Promise<void>[] {
  return [0, 1].map(async (lane) => {
    for (let i = lane; i < chips.length; i += 2) await chips[i]?.ask();
  });
}

function probeChips(host: Host): Probe {
  if (listChips(host).length > 0) return { present: true };
  return {
    present: false,
    reason: `no chip below ${host.roots.sys}/class/hwmon`,
    remedy:
      'Load the sensor drivers (coretemp, k10temp, nvme, drivetemp; sensors-detect tells which); a VM has none.',
  };
}
