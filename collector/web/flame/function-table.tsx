// A table of functions that unfolds. In: rows that know what is below them. Out: what is unfolded, sorted, with the share of each.
import { useSignal } from '@preact/signals';
import { formatRatio } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { SortHead } from '../parts/sort-head.tsx';
import { type SortOrder, sortRows } from '../state/sort.ts';
import type { Matcher } from './flame-search.ts';
import { frameName } from './frame-name.ts';
import { hotPathKeys, type TreeRow, type TreeShape, toggled, treeRows } from './tree-rows.ts';

const rowLimit = 500;
/** Longer names stand in the title; a row of them would be thousands of letters. */
const nameLength = 240;

export interface Entry {
  readonly function: string;
  readonly module: string;
  /** Number of the function; null where the row is a caller. */
  readonly frame: number | null;
  readonly self: number | null;
  readonly total: number;
  readonly expandable: boolean;
  readonly below: () => readonly Entry[];
}

export interface TableProps {
  readonly matches: Matcher | null;
  readonly onFind: (name: string) => void;
  /** Shows who calls a function and whom it calls. */
  readonly onPick: (frame: number) => void;
  readonly picked?: number;
}

const shape: TreeShape<Entry> = {
  childrenOf: ({ below }) => below(),
  hasChildren: ({ expandable }) => expandable,
  nameOf: ({ function: name, module }) => `${name}\u0000${module}`,
};

type Column = 'function' | 'self' | 'total';

export interface FunctionTableProps extends TableProps {
  readonly entries: readonly Entry[];
  readonly kind: 'bottom-up' | 'top-down';
  readonly first: Column;
  readonly filter: boolean;
}

export function FunctionTable({ entries, kind, first, filter, matches, ...picks }: FunctionTableProps) {
  const order = useSignal<SortOrder<Column>>({ key: first, descending: true });
  const opened = entries[0];
  const open = useSignal<ReadonlySet<string>>(
    new Set(filter || opened === undefined ? [] : hotPathKeys(opened, shape, ({ total }) => total)),
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
              {...picks}
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

interface FunctionRowProps extends Omit<TableProps, 'matches'> {
  readonly row: TreeRow<Entry>;
  readonly matched: boolean;
  readonly onToggle: () => void;
}

function FunctionRow({ row, matched, onFind, onPick, picked, onToggle }: FunctionRowProps) {
  const { node, depth, expandable, expanded, position, siblings } = row;
  const name = frameName(node);
  const { frame } = node;
  const marks = [matched && 'matched', frame !== null && frame === picked && 'picked'];
  return (
    <tr
      class={marks.filter((mark) => mark !== false).join(' ')}
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
          <FunctionName {...{ node, onFind, onPick }} />
        </div>
      </td>
      <Share value={node.self} />
      <Share value={node.total} />
    </tr>
  );
}

function FunctionName({
  node,
  onFind,
  onPick,
}: Pick<TableProps, 'onFind' | 'onPick'> & { readonly node: Entry }) {
  const name = frameName(node);
  const { frame } = node;
  return (
    <>
      <button
        type="button"
        class="function-name mono"
        title={`${truncate(name, 2000)} · ${t('profile.find')}`}
        onClick={() => onFind(node.function)}
      >
        {truncate(name, nameLength)}
      </button>
      {node.module !== '' && <span class="module mono">{visible(node.module)}</span>}
      {frame !== null && (
        <button
          type="button"
          class="pick"
          title={t('flame.pick')}
          aria-label={`${t('flame.pick')}: ${truncate(name, nameLength)}`}
          onClick={() => onPick(frame)}
        >
          <Icon name="sandwich" />
        </button>
      )}
    </>
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
