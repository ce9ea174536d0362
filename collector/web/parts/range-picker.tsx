// The time range: presets, a custom range, steps back and forth, live or paused. The range lives in the address.
import { useSignal } from '@preact/signals';
import { fromFieldValue, toFieldValue } from '../charts/time-format.ts';
import { t } from '../i18n/language.ts';
import { setParameters } from '../state/navigation.ts';
import { serverNow } from '../state/server-clock.ts';
import {
  longestRange,
  rangePresets,
  shiftRange,
  type TimeRange,
  type TimeWindow,
  windowOf,
  writeTimeRange,
} from '../state/time-range.ts';
import { Icon } from './icon.tsx';
import { Segmented } from './segmented.tsx';

export interface RangePickerProps {
  readonly range: TimeRange;
  readonly window: TimeWindow;
}

export function chooseRange(range: TimeRange): void {
  setParameters(writeTimeRange(range), 'push');
}

export function stepRange(range: TimeRange, direction: -1 | 1): void {
  chooseRange(shiftRange(range, direction, serverNow()));
}

/** Live becomes the fixed window that is seen; anything fixed becomes the last so many seconds. */
export function toggleLive(range: TimeRange): void {
  if (range.kind === 'last') {
    chooseRange({ kind: 'fixed', ...windowOf(range, serverNow()) });
    return;
  }
  const length = range.to - range.from;
  const preset = rangePresets.find(({ seconds }) => seconds >= length * 0.999) ?? rangePresets.at(-1);
  chooseRange({ kind: 'last', seconds: preset?.seconds ?? 600 });
}

export function RangePicker({ range, window }: RangePickerProps) {
  const editing = useSignal(false);
  const live = range.kind === 'last';
  const chosen = live ? (rangePresets.find(({ seconds }) => seconds === range.seconds)?.word ?? null) : null;
  const presets = rangePresets.map(({ word }) => ({ value: word, name: t(`range.${presetKey(word)}`) }));
  return (
    <div class="range-picker">
      <button
        type="button"
        class={`button live-button${live ? ' on' : ''}`}
        aria-pressed={live}
        title={live ? t('range.pause') : t('range.resume')}
        onClick={() => toggleLive(range)}
        data-testid="live-toggle"
      >
        <Icon name={live ? 'pause' : 'play'} />
        {live ? t('range.live') : t('range.paused')}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t('help.earlier')}
        title={`${t('help.earlier')}  [`}
        onClick={() => stepRange(range, -1)}
      >
        <Icon name="left" />
      </button>
      <Segmented
        label={t('range.label')}
        choices={presets}
        value={chosen}
        onChoose={(word) => {
          const preset = rangePresets.find((one) => one.word === word);
          if (preset !== undefined) chooseRange({ kind: 'last', seconds: preset.seconds });
        }}
      />
      <button
        type="button"
        class="icon-button"
        disabled={live}
        aria-label={t('help.later')}
        title={`${t('help.later')}  ]`}
        onClick={() => stepRange(range, 1)}
      >
        <Icon name="right" />
      </button>
      <button
        type="button"
        class={`button${live ? '' : ' on'}`}
        aria-expanded={editing.value}
        onClick={() => {
          editing.value = !editing.value;
        }}
      >
        {t('range.custom')}
      </button>
      {editing.value && (
        <CustomRange
          window={window}
          onClose={() => {
            editing.value = false;
          }}
        />
      )}
    </div>
  );
}

function presetKey(word: string): '10m' | '1h' | '4h' | '12h' | '1d' {
  return (['10m', '1h', '4h', '12h', '1d'] as const).find((key) => key === word) ?? '10m';
}

function CustomRange({ window, onClose }: { readonly window: TimeWindow; readonly onClose: () => void }) {
  const problem = useSignal<string | null>(null);
  const submit = (form: HTMLFormElement): void => {
    const data = new FormData(form);
    const from = fromField(data.get('from'));
    const to = fromField(data.get('to'));
    if (from === undefined || to === undefined || to <= from) problem.value = t('range.reversed');
    else if (to - from > longestRange) problem.value = t('range.tooLong');
    else {
      chooseRange({ kind: 'fixed', from, to });
      onClose();
    }
  };
  return (
    <form
      class="popover form"
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <label class="field">
        <span>{t('range.from')}</span>
        <input type="datetime-local" name="from" step={1} defaultValue={toFieldValue(window.from)} required />
      </label>
      <label class="field">
        <span>{t('range.to')}</span>
        <input type="datetime-local" name="to" step={1} defaultValue={toFieldValue(window.to)} required />
      </label>
      {problem.value !== null && <p class="problem">{problem.value}</p>}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          {t('dialog.cancel')}
        </button>
        <button type="submit" class="button primary">
          {t('range.apply')}
        </button>
      </footer>
    </form>
  );
}

function fromField(value: FormDataEntryValue | null): number | undefined {
  return typeof value === 'string' ? fromFieldValue(value) : undefined;
}
