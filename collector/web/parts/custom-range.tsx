// A time range by its two ends. Refuses ends that are reversed or too far apart, and says so.
import { useSignal } from '@preact/signals';
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
      class="popover form"
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <MomentField name="from" label={t('range.from')} seconds={window.from} />
      <MomentField name="to" label={t('range.to')} seconds={window.to} />
      {problem.value !== null && <p class="problem">{problem.value}</p>}
      <FormFoot onCancel={onClose}>{t('range.apply')}</FormFoot>
    </form>
  );
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
