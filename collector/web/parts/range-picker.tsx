// The time range: presets, a custom range, steps back and forth, live or paused. The range lives in the address.
import { useSignal } from '@preact/signals';
import { t } from '../i18n/language.ts';
import { setParameters } from '../state/navigation.ts';
import { serverNow } from '../state/server-clock.ts';
import {
  rangePresets,
  shiftRange,
  type TimeRange,
  type TimeWindow,
  windowOf,
  writeTimeRange,
} from '../state/time-range.ts';
import { CustomRange } from './custom-range.tsx';
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
  const close = (): void => {
    editing.value = false;
  };
  return (
    <div class="range-picker">
      <LiveButton range={range} />
      <StepButton range={range} direction={-1} />
      <PresetChoice range={range} />
      <StepButton range={range} direction={1} />
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
      {editing.value && <CustomRange window={window} onChoose={chooseRange} onClose={close} />}
    </div>
  );
}

function LiveButton({ range }: { readonly range: TimeRange }) {
  const live = range.kind === 'last';
  return (
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
  );
}

function StepButton({ range, direction }: { readonly range: TimeRange; readonly direction: -1 | 1 }) {
  const back = direction === -1;
  const name = back ? t('help.earlier') : t('help.later');
  return (
    <button
      type="button"
      class="icon-button"
      disabled={!back && range.kind === 'last'}
      aria-label={name}
      title={`${name}  ${back ? '[' : ']'}`}
      onClick={() => stepRange(range, direction)}
    >
      <Icon name={back ? 'left' : 'right'} />
    </button>
  );
}

function PresetChoice({ range }: { readonly range: TimeRange }) {
  const seconds = range.kind === 'last' ? range.seconds : null;
  return (
    <Segmented
      label={t('range.label')}
      choices={rangePresets.map(({ word }) => ({ value: word, name: t(`range.${word}`) }))}
      value={rangePresets.find((preset) => preset.seconds === seconds)?.word ?? null}
      onChoose={(word) => {
        const preset = rangePresets.find((one) => one.word === word);
        if (preset !== undefined) chooseRange({ kind: 'last', seconds: preset.seconds });
      }}
    />
  );
}
