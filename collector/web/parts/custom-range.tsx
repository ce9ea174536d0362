// A time range by its two ends. Refuses ends that are reversed or too far apart, and says so.
// Escape and a press anywhere else close it.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { fromFieldValue, toFieldValue } from '../charts/time-format.ts';
import { t } from '../i18n/language.ts';
import { longestRange, type TimeRange, type TimeWindow } from '../state/time-range.ts';
import { FormFoot } from './form-foot.tsx';

export interface CustomRangeProps {
  /** What is shown now. */
  readonly window: TimeWindow;
  readonly onChoose: (range: TimeRange) => void;
  readonly onClose: () => void;
}

export function CustomRange({ window, onChoose, onClose }: CustomRangeProps) {
  const problem = useSignal<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => (form.current === null ? undefined : holdOpen(form.current, onClose)), []);
  const submit = (data: FormData): void => {
    const from = fromField(data.get('from'));
    const to = fromField(data.get('to'));
    if (from === undefined || to === undefined || to <= from) problem.value = t('range.reversed');
    else if (to - from > longestRange) problem.value = t('range.tooLong');
    else {
      onChoose({ kind: 'fixed', from, to });
      onClose();
    }
  };
  return (
    <form
      ref={form}
      class="popover form"
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <MomentField name="from" label={t('range.from')} seconds={window.from} />
      <MomentField name="to" label={t('range.to')} seconds={window.to} />
      {problem.value !== null && <p class="problem">{problem.value}</p>}
      <FormFoot onCancel={onClose}>{t('range.apply')}</FormFoot>
    </form>
  );
}

/** Gives the focus to the first field, and after Escape back to where it was. Returns what ends the listening. */
function holdOpen(form: HTMLFormElement, onClose: () => void): () => void {
  const before = document.activeElement;
  form.querySelector('input')?.focus();
  const ending = new AbortController();
  const { signal } = ending;
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      onClose();
      if (before instanceof HTMLElement) before.focus();
    },
    { signal },
  );
  document.addEventListener(
    'pointerdown',
    ({ target }) => {
      if (!(target instanceof Element) || form.contains(target)) return;
      // The button that opened it closes it by itself.
      if (target.closest('[aria-expanded="true"]') === null) onClose();
    },
    { signal },
  );
  return () => ending.abort();
}

interface MomentFieldProps {
  readonly name: string;
  readonly label: string;
  readonly seconds: number;
}

function MomentField({ name, label, seconds }: MomentFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input type="datetime-local" name={name} step={1} defaultValue={toFieldValue(seconds)} required />
    </label>
  );
}

function fromField(value: FormDataEntryValue | null): number | undefined {
  return typeof value === 'string' ? fromFieldValue(value) : undefined;
}
