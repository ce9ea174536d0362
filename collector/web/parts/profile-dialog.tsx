// Asks what is sampled, how long and how often, starts the profile and goes to its page. In: a process that was pointed at, or
// a node, or neither: then a job, whole nodes, a process by number or a control group can be named.
import { useSignal } from '@preact/signals';
import type { Process } from '../../../shared/api/process.ts';
import { callGraphChoices, profileEvents, profileLimits } from '../../../shared/model/profile.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { startProfile } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { navigate } from '../state/navigation.ts';
import { profilePath } from '../state/route.ts';
import { Dialog } from './dialog.tsx';
import { CheckField, type Limits, NumberField, SelectField, TextField } from './form-fields.tsx';
import { FormFoot } from './form-foot.tsx';
import { Icon } from './icon.tsx';
import { ErrorNotice } from './notice.tsx';
import { type OrderTarget, orderOf, orderTargets } from './profile-order.ts';
import { Segmented } from './segmented.tsx';

export interface ProfileDialogProps {
  readonly node?: string;
  readonly process?: Process;
  readonly job?: string;
  readonly onClose: () => void;
}

const { durationMs, frequencyHz } = profileLimits;

export function ProfileDialog({ node, process, job, onClose }: ProfileDialogProps) {
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const first = process !== undefined ? 'process' : node !== undefined ? 'node' : 'job';
  const target = useSignal<OrderTarget>(first);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    busy.value = true;
    error.value = null;
    try {
      const { id } = await startProfile(orderOf(target.value, new FormData(form), process ?? null));
      navigate(profilePath(id));
    } catch (caught) {
      error.value = caught;
      busy.value = false;
    }
  };
  return (
    <Dialog title={process === undefined ? t('dialog.profileAny') : titleOf(process)} onClose={onClose}>
      {process !== undefined && (
        <p class="command-line mono">{truncate(visible(process.command || process.name), 200)}</p>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {process === undefined ? (
          <>
            <Segmented<OrderTarget>
              label={t('dialog.target')}
              choices={orderTargets.map((value) => ({ value, name: t(`target.${value}`) }))}
              value={target.value}
              onChoose={(value) => {
                target.value = value;
              }}
            />
            <TargetFields target={target.value} node={node ?? ''} job={job ?? ''} />
          </>
        ) : (
          <>
            <input type="hidden" name="nodes" value={node} />
            <CheckField name="children">{t('dialog.children')}</CheckField>
          </>
        )}
        <SamplingFields />
        <p class="muted">{t('dialog.wholeHint')}</p>
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

interface TargetFieldsProps {
  readonly target: OrderTarget;
  readonly node: string;
  readonly job: string;
}

function TargetFields({ target, node, job }: TargetFieldsProps) {
  const note = t(target === 'job' ? 'dialog.nodesJobNote' : 'dialog.nodesNote');
  // A job has its own nodes; any other target is on the node that was looked at.
  const nodes = target === 'job' ? '' : node;
  return (
    <>
      {target === 'job' && (
        <TextField name="job" label={t('dialog.job')} note={t('dialog.jobNote')} value={job} required />
      )}
      <TextField
        key={target === 'job' ? 'of a job' : 'named'}
        name="nodes"
        label={t('dialog.nodes')}
        note={note}
        value={nodes}
        required={target !== 'job'}
      />
      {target === 'process' && (
        <>
          <TextField name="pid" label={t('dialog.pid')} required numeric />
          <CheckField name="children">{t('dialog.children')}</CheckField>
        </>
      )}
      {target === 'cgroup' && (
        <TextField name="cgroup" label={t('dialog.cgroup')} note={t('dialog.cgroupNote')} required />
      )}
    </>
  );
}

function SamplingFields() {
  return (
    <>
      <SelectField
        name="event"
        label={t('dialog.event')}
        choices={profileEvents.map((value) => ({ value, name: t(`event.${value}`) }))}
      />
      <div class="field-pair">
        <NumberField
          name="duration"
          label={t('profile.duration')}
          unit={t('unit.seconds')}
          limits={inSeconds}
        />
        <NumberField name="frequency" label={t('profile.frequency')} unit="Hz" limits={frequencyHz} />
      </div>
      <details>
        <summary>{t('dialog.more')}</summary>
        <SelectField
          name="callGraph"
          label={t('dialog.callGraph')}
          choices={callGraphChoices.map((value) => ({ value, name: t(`callGraph.${value}`) }))}
        />
        <CheckField name="inlined">{t('dialog.inlined')}</CheckField>
      </details>
    </>
  );
}

const inSeconds: Limits = {
  min: durationMs.min / 1000,
  max: durationMs.max / 1000,
  default: durationMs.default / 1000,
};
