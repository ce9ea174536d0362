// Claim: the collector's store costs a fifth of the CPU of VictoriaMetrics and an eighth of that of Prometheus for each sample,
// takes no more room than the one and two thirds of the other, and answers at once, fed the same data in the same run.
//
// In: ticks replayed from a recorded machine. day: 16 nodes, 256 series, 24 hours, the last two of them live; young: 256 nodes,
// 256 series, an hour, all live; few: 5,000 nodes, 16 series, an hour, in batches of many ticks. Each engine runs alone, on 127.0.0.1, in a folder that
// goes with it. CPU and memory are those of the engine's process only; the one who feeds it is another.
// Deadline: 90 minutes.
import { readFileSync, writeFileSync } from 'node:fs';
import { printNote } from './measuring/report.ts';
import { Programs } from './measuring/started-programs.ts';
import { collectorEngine } from './store/collector-engine.ts';
import { DataSet, type DataSetOptions, everyMs } from './store/data-set.ts';
import type { Engine } from './store/engine.ts';
import { commandOf, machineInWords, readFlags } from './store/flags.ts';
import { measureEngine, type StoreFigures } from './store/measure.ts';
import { writePages } from './store/page.ts';
import { peers } from './store/peers.ts';
import { printFigures, renderMeasurement, type StoreMeasurement } from './store/tables.ts';

const flags = readFlags();
const engines: ReadonlyMap<string, Engine | undefined> = new Map([
  ['jidi', collectorEngine],
  ['victoria-metrics', peers[0]],
  ['prometheus', peers[1]],
]);
const shapes: Readonly<Record<string, Omit<DataSetOptions, 'name' | 'endMs'>>> = {
  day: { nodes: 16, series: 256, hours: 24, liveHours: 2 },
  young: { nodes: 256, series: 256, hours: 1, liveHours: 1 },
  few: { nodes: 5_000, series: 16, hours: 1, liveHours: 0 },
};

const measurement = flags.from === undefined ? await measureAll() : read(flags.from);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(measurement, null, 2)}\n`);
if (flags.writeDocs) {
  writePages('store', { en: renderMeasurement(measurement, 'en'), zh: renderMeasurement(measurement, 'zh') });
}

async function measureAll(): Promise<StoreMeasurement> {
  printNote(machineInWords());
  const figures: StoreFigures[] = [];
  const data: Record<string, string> = {};
  for (const name of flags.data) {
    const shape = shapeOf(name);
    data[name] = `${shape.nodes} nodes × ${shape.series} series × ${shape.hours} h`;
    const found: StoreFigures[] = [];
    for (const engine of chosenEngines()) found.push(...(await measure(engine, { ...shape, name })));
    printFigures(found, data[name]);
    figures.push(...found);
  }
  return { machine: machineInWords(), command: commandOf(flags), figures, data };
}

async function measure(
  engine: Engine,
  shape: Omit<DataSetOptions, 'endMs'>,
): Promise<readonly StoreFigures[]> {
  const programs = new Programs();
  try {
    const endMs = Math.floor(Date.now() / everyMs) * everyMs;
    return [await measureEngine(engine, new DataSet({ ...shape, endMs }), programs)];
  } catch (error) {
    // One that fails must not cost the figures of the others.
    console.error(`${engine.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    return [];
  } finally {
    await programs.stopAll();
  }
}

function shapeOf(name: string): Omit<DataSetOptions, 'name' | 'endMs'> {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`no data set ${name}`);
  return { ...shape, nodes: Math.max(2, Math.round(shape.nodes * flags.scale)) };
}

/** Those that can be started; says how to install the others. */
function chosenEngines(): readonly Engine[] {
  return flags.only.flatMap((name) => {
    const engine = engines.get(name);
    if (engine === undefined) return [];
    if (engine.lack === null) return [engine];
    printNote(`${engine.name} is left out: ${engine.lack}`);
    return [];
  });
}

/** What an earlier run of this bench wrote. */
function read(file: string): StoreMeasurement {
  return JSON.parse(readFileSync(file, 'utf8')) as StoreMeasurement;
}
