// Memory errors that ECC found, from /sys/devices/system/edac/mc (Documentation/admin-guide/ras.rst). In: counts per
// controller, row and channel. Out: node_exporter's names. Errors without a place have the row "unknown", as there.
// Rows are listed again every 5 minutes; a controller that goes away is absent.
import { counter, gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import { FolderRows, listNames, readRows } from '../folder-rows.ts';
import { type NumberFile, NumberFiles, readLine } from '../number-files.ts';
import { probeFile } from '../reading.ts';
import { createRow } from '../series-row.ts';
import type { Probe, Source } from '../source.ts';

const everyMs = 10_000;
const listEveryMs = 300_000;
const controllerLimit = 64;
const rowLimit = 32;

const metrics = {
  ce: counter(
    'node_edac_correctable_errors_total',
    0,
    'Memory errors of the controller that were corrected.',
  ),
  ue: counter(
    'node_edac_uncorrectable_errors_total',
    0,
    'Memory errors of the controller beyond correction.',
  ),
  rowCe: counter(
    'node_edac_csrow_correctable_errors_total',
    0,
    'Memory errors of the row that were corrected.',
  ),
  rowUe: counter(
    'node_edac_csrow_uncorrectable_errors_total',
    0,
    'Memory errors of the row beyond correction.',
  ),
  channelCe: counter(
    'node_edac_channel_correctable_errors_total',
    0,
    'Memory errors of the channel of the row that were corrected; the label names the module.',
  ),
  channelUe: counter(
    'node_edac_channel_uncorrectable_errors_total',
    0,
    'Memory errors of the channel of the row beyond correction; the label names the module.',
  ),
};
const skipped = gauge(
  'jidi_edac_controllers_skipped',
  0,
  `Memory controllers that are not followed because there are more than ${controllerLimit}; absent when none.`,
);

export function createEdacSource(host: Host): Source {
  const top = `${host.roots.sys}/devices/system/edac/mc`;
  const controllers = new FolderRows(host, {
    everyMs: listEveryMs,
    limit: controllerLimit,
    list: () => listControllers(host, top),
    create: (name) => new NumberFiles(host, filesOf(host, `${top}/${name}`, name.slice(2))),
  });
  const skippedRow = createRow([skipped], {});
  return {
    name: 'edac',
    reads: '/sys/devices/system/edac/mc',
    metrics: [...Object.values(metrics), skipped],
    everyMs,
    probe: () => probeControllers(host, top),
    close: () => controllers.close(),
    read(sink) {
      const rows = controllers.rows();
      if (controllers.skipped > 0) skippedRow.set(sink, 0, controllers.skipped);
      readRows(rows, sink);
    },
  };
}

function listControllers(host: Host, top: string): readonly string[] {
  return listNames(host, top, /^mc\d{1,4}$/);
}

function probeControllers(host: Host, top: string): Probe {
  const remedy = 'Load the EDAC driver of the processor (skx_edac, i10nm_edac, amd64_edac); a VM has none.';
  const [first] = listControllers(host, top);
  if (first !== undefined) return probeFile(host, `${top}/${first}/ce_count`, remedy);
  return { present: false, reason: `no memory controller below ${top}`, remedy };
}

function filesOf(host: Host, folder: string, controller: string): readonly NumberFile[] {
  const ofController = { controller };
  const ofUnknown = { controller, csrow: 'unknown' };
  const rows = listNames(host, folder, /^csrow\d{1,4}$/).slice(0, rowLimit);
  return [
    { path: `${folder}/ce_count`, metric: metrics.ce, labels: ofController },
    { path: `${folder}/ue_count`, metric: metrics.ue, labels: ofController },
    { path: `${folder}/ce_noinfo_count`, metric: metrics.rowCe, labels: ofUnknown },
    { path: `${folder}/ue_noinfo_count`, metric: metrics.rowUe, labels: ofUnknown },
    ...rows.flatMap((row) => filesOfRow(host, `${folder}/${row}`, { controller, csrow: row.slice(5) })),
  ];
}

function filesOfRow(
  host: Host,
  folder: string,
  labels: { readonly controller: string; readonly csrow: string },
): readonly NumberFile[] {
  const channels = listNames(host, folder, /^ch\d{1,2}_ce_count$/).slice(0, rowLimit);
  return [
    { path: `${folder}/ce_count`, metric: metrics.rowCe, labels },
    { path: `${folder}/ue_count`, metric: metrics.rowUe, labels },
    ...channels.flatMap((file) => {
      const channel = file.slice(2, file.indexOf('_'));
      const label = readLine(host, `${folder}/ch${channel}_dimm_label`);
      // Without its label a channel would be another series than with it; the row counts its errors, too.
      if (label === null) return [];
      const ofChannel = { ...labels, channel, dimm_label: moduleName(label) };
      return [
        { path: `${folder}/${file}`, metric: metrics.channelCe, labels: ofChannel },
        { path: `${folder}/ch${channel}_ue_count`, metric: metrics.channelUe, labels: ofChannel },
      ];
    }),
  ];
}

/** `CPU_SrcID#0_MC#0_Chan#0_DIMM#0` without the signs, as node_exporter writes it. */
export function moduleName(label: string): string {
  return label.replaceAll('#', '').replaceAll('csrow', '_csrow').replaceAll('channel', '_channel');
}
