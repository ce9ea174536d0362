// Bottom-up and top-down as tables that unfold: the readable twins of the flame graph.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Caller, HotFunction, StackNode } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { SortHead } from '../parts/sort-head.tsx';
import { type SortOrder, sortRows } from '../state/sort.ts';
import type { Matcher } from './flame-search.ts';
import { frameName } from './frame-name.ts';
import { hotPathKeys, type TreeRow, type TreeShape, toggled, treeRows } from './tree-rows.ts';

const rowLimit = 500;

interface Entry {
  readonly function: string;
  readonly module: string;
  readonly self: number | null;
  readonly total: number;
  readonly below: readonly Entry[];
}

export interface TableProps {
  readonly matches: Matcher | null;
  readonly onPick: (name: string) => void;
}

const shape: TreeShape<Entry> = {
  childrenOf: ({ below }) => below,
  nameOf: ({ function: name, module }) => `${name}\u0000${module}`,
};

type Column = 'function' | 'self' | 'total';

export function BottomUpTable({ rows, ...rest }: TableProps & { readonly rows: readonly HotFunction[] }) {
  const entries = useMemo(() => rows.map(fromHotFunction), [rows]);
  return <FunctionTable {...rest} entries={entries} kind="bottom-up" first="self" filter />;
}

export function TopDownTable({ root, ...rest }: TableProps & { readonly root: StackNode }) {
  const entries = useMemo(() => [fromStackNode(root)], [root]);
  return <FunctionTable {...rest} entries={entries} kind="top-down" first="total" filter={false} />;
}

interface FunctionTableProps extends TableProps {
  readonly entries: readonly Entry[];
  readonly kind: 'bottom-up' | 'top-down';
  readonly first: Column;
  readonly filter: boolean;
}

function FunctionTable({ entries, kind, first, filter, matches, onPick }: FunctionTableProps) {
  const order = useSignal<SortOrder<Column>>({ key: first, descending: true });
  const opened = entries[0];
  const open = useSignal<ReadonlySet<string>>(
    new Set(filter || opened === undefined ? [] : hotPathKeys(opened, shape, totalOf)),
  );
  const kept = filter && matches !== null ? entries.filter(matches) : entries;
  const { key, descending } = order.value;
  const sorted = filter ? sortRows(kept, (entry) => entry[key], descending) : kept;
  const rows = treeRows(sorted, open.value, { ...shape, limit: rowLimit });
  const sort = filter ? order : undefined;
  return (
    <div class="table-scroll">
      <table class="table functions" role="treegrid" data-testid={kind} aria-label={t(`profile.${kind}`)}>
        <thead>
          <tr>
            <SortHead order={sort} column="function" label={t('profile.function')} />
            <SortHead order={sort} column="self" label={t('profile.self')} numeric />
            <SortHead order={sort} column="total" label={t('profile.total')} numeric />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FunctionRow
              key={row.key}
              row={row}
              matched={matches !== null && matches(row.node)}
              onPick={onPick}
              onToggle={() => {
                open.value = toggled(open.peek(), row.key);
              }}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="table-empty">{t('profile.noMatch')}</p>}
      {rows.length >= rowLimit && <p class="table-empty">{t('table.cut', { n: rowLimit })}</p>}
    </div>
  );
}

interface FunctionRowProps {
  readonly row: TreeRow<Entry>;
  readonly matched: boolean;
  readonly onPick: (name: string) => void;
  readonly onToggle: () => void;
}

function FunctionRow({ row, matched, onPick, onToggle }: FunctionRowProps) {
  const { node, depth, expandable, expanded, position, siblings } = row;
  const name = frameName(node);
  return (
    <tr
      class={matched ? 'matched' : undefined}
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      {...(expandable ? { 'aria-expanded': expanded } : {})}
    >
      <td class="function-cell" style={{ paddingLeft: `${8 + Math.min(depth, 40) * 14}px` }}>
        <div class="function-line">
          <button
            type="button"
            class={`twist${expanded ? ' open' : ''}`}
            disabled={!expandable}
            aria-label={`${expanded ? t('tree.collapse') : t('tree.expand')}: ${name}`}
            onClick={onToggle}
          >
            {expandable && <Icon name="chevron" />}
          </button>
          <button
            type="button"
            class="function-name mono"
            title={t('profile.find')}
            onClick={() => onPick(node.function)}
          >
            {name}
          </button>
          {node.module !== '' && <span class="module mono">{visible(node.module)}</span>}
        </div>
      </td>
      <Share value={node.self} />
      <Share value={node.total} />
    </tr>
  );
}

function Share({ value }: { readonly value: number | null }) {
  return (
    <td class="number share">
      {value !== null && <i style={{ width: `${Math.min(100, value * 100)}%` }} />}
      <span>{value === null ? '' : formatRatio(value)}</span>
    </td>
  );
}

function fromHotFunction({ function: name, module, self, total, callers }: HotFunction): Entry {
  return { function: name, module, self, total, below: callers.map(fromCaller) };
}

function fromCaller({ function: name, module, total, callers }: Caller): Entry {
  return lazy({ function: name, module, self: null, total }, () => callers.map(fromCaller));
}

function fromStackNode({ function: name, module, self, total, children }: StackNode): Entry {
  return lazy({ function: name, module, self, total }, () => children.map(fromStackNode));
}

/** Deep trees are turned only as far as somebody unfolds them. */
function lazy(entry: Omit<Entry, 'below'>, make: () => readonly Entry[]): Entry {
  let made: readonly Entry[] | undefined;
  return {
    ...entry,
    get below() {
      made ??= make();
      return made;
    },
  };
}

function totalOf(entry: Entry): number {
  return entry.total;
}
