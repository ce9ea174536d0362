// The simulated cluster: which nodes it has, what they are made of, and what all of them share. In: a size and a seed. Out:
// the same cluster for all who ask. It refuses more nodes than an address block of their names holds.

import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { type NodeRole, nodeNamePattern } from '../../../shared/model/node.ts';
import { type Recording, readRecording } from '../recording.ts';
import { coreSeries, type RecordedCore, recordedCores } from './core-signals.ts';
import type { Meter } from './device-signals.ts';
import { JobTimeline } from './job-timeline.ts';
import { boardMeters, gpuMeters } from './meters.ts';
import { chooseSignals } from './recorded-choice.ts';
import type { RecordedSignal } from './recorded-signals.ts';

export interface NodePlan {
  readonly name: string;
  readonly role: NodeRole;
  /** Place in the fleet. */
  readonly index: number;
  /** Place among the compute nodes; -1 for others. */
  readonly computeIndex: number;
  readonly cores: number;
  readonly gpus: number;
  readonly memoryBytes: number;
  /** How many of the recorded series it tells. */
  readonly recordedSeries: number;
  /** Energy, temperatures, memory bandwidth, InfiniBand, control groups. */
  readonly hasDevices: boolean;
}

export interface FleetPlan {
  readonly seed: number;
  readonly nodes: readonly NodePlan[];
  readonly timeline: JobTimeline;
  readonly recording: Recording;
  readonly signals: readonly RecordedSignal[];
  readonly cores: readonly RecordedCore[];
  /** Made once for all nodes with so many cores. */
  readonly coreSeries: readonly SeriesDefinition[];
  /** Of nodes without and with GPUs. */
  readonly meters: { readonly plain: readonly Meter[]; readonly gpu: readonly Meter[] };
}

export interface FleetOptions {
  readonly nodes: number;
  readonly seed: number;
  /** Nothing is asked of an earlier time. */
  readonly startMs: number;
  /** Series of each node, all of them alike; without it the nodes are those of a living cluster. */
  readonly series?: number;
}

const gibibyte = 1024 ** 3;
const most = 99_999;
const coresOfNode = 20;
const gpusOfNode = 4;
/** Series of a node with 20 cores and 4 GPUs, those of its job left out. */
const wholeNode = 247;
const all = Number.POSITIVE_INFINITY;

export function planFleet(options: FleetOptions): FleetPlan {
  const { nodes: count, seed, startMs, series } = options;
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new RangeError(`${count} nodes: a whole number from 1 to ${most}`);
  const recording = readRecording();
  const nodes = series === undefined ? livingCluster(count) : equalNodes(count, series);
  const compute = nodes.filter(({ role }) => role === 'compute');
  const gpusFrom = compute.findIndex(({ gpus }) => gpus > 0);
  return {
    seed,
    nodes,
    recording,
    signals: chooseSignals(recording),
    cores: recordedCores(recording),
    coreSeries: coreSeries(coresOfNode),
    meters: { plain: boardMeters(), gpu: [...boardMeters(), ...gpuMeters(gpusOfNode)] },
    timeline: new JobTimeline({
      seed,
      nodes: compute.length,
      startMs,
      gpusFrom: gpusFrom < 0 ? all : gpusFrom,
    }),
  };
}

/** Two managers, login nodes, compute nodes; every eighth compute node has GPUs, and they come last. */
function livingCluster(count: number): readonly NodePlan[] {
  const managers = count >= 16 ? 2 : count >= 4 ? 1 : 0;
  const logins = count >= 16 ? Math.max(2, Math.floor(count / 128)) : count >= 4 ? 1 : 0;
  const computes = count - managers - logins;
  const gpuNodes = Math.floor(computes / 8);
  const plans: NodePlan[] = [];
  const add = (name: string, role: NodeRole, gpus: number): void => {
    const computeIndex = role === 'compute' ? plans.length - managers - logins : -1;
    plans.push({
      name,
      role,
      index: plans.length,
      computeIndex,
      cores: coresOfNode,
      gpus,
      memoryBytes: (gpus > 0 ? 512 : 256) * gibibyte,
      recordedSeries: all,
      hasDevices: true,
    });
  };
  for (let index = 1; index <= managers; index += 1) add(`mgr${index}`, 'manager', 0);
  for (let index = 1; index <= logins; index += 1) add(`login${index}`, 'login', 0);
  for (let index = 1; index <= computes - gpuNodes; index += 1)
    add(nodeName('cn', index, computes), 'compute', 0);
  for (let index = 1; index <= gpuNodes; index += 1)
    add(nodeName('gpu', index, gpuNodes), 'compute', gpusOfNode);
  return plans;
}

function equalNodes(count: number, series: number): readonly NodePlan[] {
  const isWhole = series >= wholeNode;
  return Array.from({ length: count }, (_, index) => ({
    name: nodeName('n', index + 1, count),
    role: 'compute',
    index,
    computeIndex: index,
    cores: isWhole ? coresOfNode : 0,
    gpus: isWhole ? gpusOfNode : 0,
    memoryBytes: 256 * gibibyte,
    recordedSeries: isWhole ? all : series,
    hasDevices: isWhole,
  }));
}

function nodeName(prefix: string, index: number, count: number): string {
  const name = `${prefix}${String(index).padStart(Math.max(3, String(count).length), '0')}`;
  if (!new RegExp(nodeNamePattern).test(name)) throw new RangeError(`${name} is no name of a node`);
  return name;
}
