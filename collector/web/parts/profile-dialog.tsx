// Asks how long and how often a process is sampled, starts the profile and goes to its page.
import { useSignal } from '@preact/signals';
import type { Process } from '../../../shared/api/process.ts';
import type { StartProfile } from '../../../shared/api/profile.ts';
import { profileLimits } from '../../../shared/model/profile.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { startProfile } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { navigate } from '../state/navigation.ts';
import { profilePath } from '../state/route.ts';
import { Dialog } from './dialog.tsx';
import { FormFoot } from './form-foot.tsx';
import { Icon } from './icon.tsx';
import { ErrorNotice } from './notice.tsx';

export interface ProfileDialogProps {
  readonly node: string;
  readonly process: Process;
  readonly onClose: () => void;
}

const { durationMs, frequencyHz } = profileLimits;

export function ProfileDialog({ node, process, onClose }: ProfileDialogProps) {
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    busy.value = true;
    error.value = null;
    try {
      await startAndShow({ nodes: node, ...orderOf(process, new FormData(form)) });
    } catch (caught) {
      error.value = caught;
      busy.value = false;
    }
  };
  return (
    <Dialog title={titleOf(process)} onClose={onClose}>
      <p class="command-line mono">{truncate(visible(process.command || process.name), 200)}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <NumberField
          name="duration"
          label={t('profile.duration')}
          unit={t('unit.seconds')}
          limits={inSeconds}
        />
        <NumberField name="frequency" label={t('profile.frequency')} unit="Hz" limits={frequencyHz} />
        <p class="muted">{t('dialog.profileHint')}</p>
        {error.value !== null && <ErrorNotice error={error.value} />}
        <FormFoot onCancel={onClose} busy={busy.value} testId="start-profile">
          <Icon name="flame" />
          {t('dialog.start')}
        </FormFoot>
      </form>
    </Dialog>
  );
}

function titleOf({ name, pid }: Process): string {
  return t('dialog.profile', { name: truncate(visible(name), 40), pid });
}

async function startAndShow(order: StartProfile): Promise<void> {
  const { id } = await startProfile(order);
  navigate(profilePath(id));
}

function orderOf({ pid, startTime }: Process, data: FormData): Omit<StartProfile, 'nodes'> {
  return {
    pid,
    startTime,
    duration: Number(data.get('duration')),
    frequency: Number(data.get('frequency')),
  };
}

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

const inSeconds: Limits = {
  min: durationMs.min / 1000,
  max: durationMs.max / 1000,
  default: durationMs.default / 1000,
};

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly limits: Limits;
}

function NumberField({ name, label, unit, limits }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <span class="field-input">
        <input
          type="number"
          name={name}
          min={limits.min}
          max={limits.max}
          step={1}
          defaultValue={String(limits.default)}
          required
        />
        <em>{unit}</em>
      </span>
      <small class="muted">{`${limits.min} – ${limits.max}`}</small>
    </label>
  );
}
