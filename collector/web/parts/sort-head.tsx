// The head of a column by which a table can be ordered.
import type { Signal } from '@preact/signals';
import { t } from '../i18n/language.ts';
import { nextSort, type SortOrder } from '../state/sort.ts';

export interface SortHeadProps<K extends string> {
  /** undefined: this table has one order only. */
  readonly order: Pick<Signal<SortOrder<K>>, 'value'> | undefined;
  readonly column: K;
  readonly label: string;
  readonly numeric?: boolean;
  /** What the figures of the column mean. */
  readonly note?: string | undefined;
}

export function SortHead<K extends string>({
  order,
  column,
  label,
  numeric = false,
  note,
}: SortHeadProps<K>) {
  const style = numeric ? 'number' : '';
  if (order === undefined) {
    return (
      <th scope="col" class={style}>
        {label}
      </th>
    );
  }
  const { key, descending } = order.value;
  const direction = key === column ? (descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" class={style} aria-sort={direction}>
      <button
        type="button"
        class={`sort ${direction}`}
        title={[t('table.sortBy', { column: label }), note].filter((part) => part !== undefined).join(' · ')}
        onClick={() => {
          order.value = nextSort(order.value, column, numeric);
        }}
      >
        {label}
      </button>
    </th>
  );
}
