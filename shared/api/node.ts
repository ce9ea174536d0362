// Nodes over HTTP. All times of the API are seconds since the Unix epoch, with a fraction.
import { type Static, Type } from 'typebox';
import { nodeNamePattern } from '../model/node.ts';
import { NullableNumber, NullableString } from './nullable.ts';

export const NodeName = Type.String({
  pattern: nodeNamePattern,
  description: 'Name of a node.',
});

export const Node = Type.Object(
  {
    name: NodeName,
    state: Type.Union([Type.Literal('up'), Type.Literal('silent'), Type.Literal('down')], {
      description:
        'up: heard within three heartbeats; silent: not heard for longer; down: not for five minutes.',
    }),
    role: Type.Union([Type.Literal('compute'), Type.Literal('login'), Type.Literal('manager')]),
    lastSeen: Type.Number({
      description: 'When the collector last heard from it, seconds since the Unix epoch.',
    }),
  },
  { $id: 'Node' },
);
export type Node = Static<typeof Node>;

export const Inventory = Type.Object(
  {
    model: NullableString,
    cpuModel: NullableString,
    sockets: NullableNumber,
    cores: NullableNumber,
    threads: NullableNumber,
    memoryBytes: NullableNumber,
    os: NullableString,
    kernel: NullableString,
    arch: NullableString,
    bootTime: NullableNumber,
    interfaces: Type.Array(
      Type.Object({
        name: Type.String(),
        mac: NullableString,
        addresses: Type.Array(Type.String()),
        bitsPerSecond: NullableNumber,
      }),
    ),
    disks: Type.Array(Type.Object({ name: Type.String(), model: NullableString, sizeBytes: NullableNumber })),
  },
  { $id: 'Inventory' },
);
export type Inventory = Static<typeof Inventory>;

/** The figures by which a node map is coloured, null where the node does not tell, and whether it is measured at all. */
export const NodeLoad = Type.Object({
  cpuRatio: Type.Union([Type.Number(), Type.Null()], { description: 'Busy share of all cores, 0 to 1.' }),
  memoryRatio: Type.Union([Type.Number(), Type.Null()], { description: 'Memory in use, 0 to 1.' }),
  load1: NullableNumber,
  diskBytesPerSecond: NullableNumber,
  networkBytesPerSecond: NullableNumber,
  quiet: Type.Boolean({
    description:
      'True while only the cheapest sources are read, and no processes: a job or a command asked for it.',
  }),
});
export type NodeLoad = Static<typeof NodeLoad>;

export const MapNode = Type.Object({ ...Node.properties, ...NodeLoad.properties }, { $id: 'MapNode' });
export type MapNode = Static<typeof MapNode>;

export const NodeDetail = Type.Object(
  {
    ...Node.properties,
    ...NodeLoad.properties,
    agentVersion: Type.String(),
    interval: Type.Number({ description: 'Sampling interval at present, seconds.' }),
    configuredInterval: Type.Number({
      description:
        'Sampling interval by configuration, seconds; below `interval` while the agent restrains itself.',
    }),
    quietReason: Type.Union([Type.String(), Type.Null()], {
      description:
        'Who asked for quiet: command, file (the flag of a job) or environment (of a job); null when it is not, or not told.',
    }),
    clockOffset: Type.Union([Type.Number(), Type.Null()], {
      description:
        'Clock of the node less that of the collector, seconds; positive: the node is ahead. Above 60 either way its ' +
        'times are corrected. null when it is not known, as of a node that is not connected.',
    }),
    bootId: Type.String(),
    inventory: Type.Union([Inventory, Type.Null()]),
    gaps: Type.Array(
      Type.Object({
        dataClass: Type.String(),
        from: Type.Number(),
        to: Type.Number(),
        count: Type.Number(),
        reason: Type.String(),
      }),
      { description: 'Declared losses of the last 24 hours, newest first, at most 100.' },
    ),
  },
  { $id: 'NodeDetail' },
);
export type NodeDetail = Static<typeof NodeDetail>;
