// The nodes as a table: the twin of the map for reading, sorting and screen readers.
import { useSignal } from '@preact/signals';
import type { MapNode } from '../../../shared/api/node.ts';
import { formatBytesPerSecond } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { formatNumber } from '../charts/units.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { Meter } from '../parts/meter.tsx';
import { SortHead } from '../parts/sort-head.tsx';
import { NodeStateBadge, QuietBadge } from '../parts/state-badge.tsx';
import { parameters, setParameters } from '../state/navigation.ts';
import { nodePath } from '../state/route.ts';
import { serverNow } from '../state/server-clock.ts';
import { parseSort, type SortValue, sortRows, writeSort } from '../state/sort.ts';
import { figureOf } from './map-metric.ts';

const columns = ['name', 'state', 'role', 'cpu', 'memory', 'load', 'disk', 'network', 'lastSeen'] as const;
type Column = (typeof columns)[number];

const page = 100;

const order = {
  get value() {
    return parseSort(parameters.value.get('sort'), columns, { key: 'name', descending: false });
  },
  set value(next) {
    setParameters({ sort: writeSort(next) }, 'replace');
  },
};

export function NodeTable({ nodes }: { readonly nodes: readonly MapNode[] }) {
  const shown = useSignal(page);
  const { key, descending } = order.value;
  const rows = sortRows(nodes, (node) => valueOf(node, key), descending).slice(0, shown.value);
  return (
    <section class="panel" aria-label={t('nodes.title')}>
      <header class="panel-head">
        <h2>{t('nodes.title')}</h2>
        <span class="muted">{nodes.length}</span>
      </header>
      <div class="table-scroll">
        <table class="table" data-testid="node-table" aria-label={t('nodes.title')}>
          <NodeTableHead />
          <tbody>
            {rows.map((node) => (
              <NodeRow key={node.name} node={node} />
            ))}
          </tbody>
        </table>
      </div>
      {nodes.length > rows.length && (
        <footer class="panel-foot">
          <button
            type="button"
            class="button"
            onClick={() => {
              shown.value += page * 5;
            }}
          >
            {t('table.more', { n: nodes.length - rows.length })}
          </button>
        </footer>
      )}
    </section>
  );
}

function NodeTableHead() {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <SortHead<Column>
            key={column}
            order={order}
            column={column}
            label={t(`nodes.${column}`)}
            numeric={!['name', 'state', 'role'].includes(column)}
          />
        ))}
      </tr>
    </thead>
  );
}

function NodeRow({ node }: { readonly node: MapNode }) {
  return (
    <tr class={node.state === 'up' ? undefined : 'stale'}>
      <th scope="row">
        <a href={nodePath(node.name)}>{visible(node.name)}</a>
      </th>
      <td>
        <NodeStateBadge state={node.state} /> {node.quiet && <QuietBadge />}
      </td>
      <td>{t(`role.${node.role}`)}</td>
      <td class="number">
        <Meter value={node.cpuRatio} />
      </td>
      <td class="number">
        <Meter value={node.memoryRatio} />
      </td>
      <td class="number">{formatNumber(node.load1)}</td>
      <td class="number">{formatBytesPerSecond(node.diskBytesPerSecond)}</td>
      <td class="number">{formatBytesPerSecond(node.networkBytesPerSecond)}</td>
      <td class="number">
        {t('time.ago', { time: formatDuration(Math.max(0, Math.round(serverNow() - node.lastSeen))) })}
      </td>
    </tr>
  );
}

function valueOf(node: MapNode, column: Column): SortValue {
  switch (column) {
    case 'cpu':
    case 'memory':
    case 'load':
    case 'disk':
    case 'network':
      return figureOf(node, column);
    case 'lastSeen':
    case 'name':
    case 'state':
    case 'role':
      return node[column];
  }
}
