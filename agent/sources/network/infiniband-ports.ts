// The ports of the RDMA devices of this node, InfiniBand and RoCE (Documentation/ABI/stable/sysfs-class-infiniband).
// In: /sys/class/infiniband. Out: one row per port, listed again once a minute; a bounded number is followed.
import type { Host } from '../../host/host.ts';
import { type FolderRow, FolderRows, listNames } from '../folder-rows.ts';
import { probeFile } from '../reading.ts';
import type { Probe } from '../source.ts';

export const portLimit = 64;
const listEveryMs = 60_000;
const folderName = /^[\w.:-]{1,64}$/;

export interface Port {
  readonly device: string;
  readonly port: string;
  /** Its folder, e.g. /sys/class/infiniband/mlx5_0/ports/1. */
  readonly folder: string;
}

export function infinibandFolder(host: Host): string {
  return `${host.roots.sys}/class/infiniband`;
}

export function createPorts<Row extends FolderRow>(host: Host, create: (port: Port) => Row): FolderRows<Row> {
  return new FolderRows(host, {
    everyMs: listEveryMs,
    limit: portLimit,
    list: () => listPorts(host),
    create: (key) => create(portOf(host, key)),
  });
}

/** Present when a port is there and says its state. */
export function probePorts(host: Host): Probe {
  const [first] = listPorts(host);
  const remedy = 'Load the driver of the RDMA adapter (mlx5_ib, irdma, efa …) and its ib_uverbs.';
  if (first !== undefined) return probeFile(host, `${portOf(host, first).folder}/state`, remedy);
  return { present: false, reason: `no port below ${infinibandFolder(host)}`, remedy };
}

/** Keys `mlx5_0/1`. */
function listPorts(host: Host): readonly string[] {
  const top = infinibandFolder(host);
  return listNames(host, top, folderName).flatMap((device) =>
    listNames(host, `${top}/${device}/ports`, /^\d{1,3}$/).map((port) => `${device}/${port}`),
  );
}

function portOf(host: Host, key: string): Port {
  const [device = '', port = ''] = key.split('/');
  return { device, port, folder: `${infinibandFolder(host)}/${device}/ports/${port}` };
}
