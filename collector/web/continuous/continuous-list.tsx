// All continuous profiles: how each goes, a way to its windows, and a form that starts one. They are not told live: looked at
// again every ten seconds.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { fetchContinuous, startContinuous } from '../api/continuous-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatDuration, say, t } from '../i18n/language.ts';
import { TextField } from '../parts/form-fields.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { ProfileStatusBadge } from '../parts/state-badge.tsx';
import { useResource } from '../parts/use-resource.ts';
import { navigate } from '../state/navigation.ts';
import { continuousPath } from '../state/route.ts';
import { offer } from '../state/session.ts';
import { continuousWords as words } from './continuous-words.ts';

export const pollMs = 10_000;

export function ContinuousList() {
  const profiles = useResource((signal) => fetchContinuous({ signal }), []);
  useEffect(() => {
    const timer = setInterval(profiles.reload, pollMs);
    return () => clearInterval(timer);
  }, []);
  const list = profiles.data.value;
  return (
    <>
      <div class="page-bar">
        <nav class="crumbs" aria-label={t('nav.path')}>
          <a href="/profiles">{t('nav.profiles')}</a>
          <span aria-hidden="true">/</span>
        </nav>
        <h1>{say(words.title)}</h1>
        {list !== null && <span class="muted">{list.length}</span>}
      </div>
      <StartForm />
      {profiles.error.value !== null && <ErrorNotice error={profiles.error.value} />}
      {list === null && profiles.error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {list?.length === 0 && <p class="table-empty">{say(words.empty)}</p>}
      {list !== null && list.length > 0 && (
        <section class="panel">
          <Table profiles={list} />
        </section>
      )}
    </>
  );
}

function Table({ profiles }: { readonly profiles: readonly ContinuousProfile[] }) {
  return (
    <div class="table-scroll">
      <table class="table" data-testid="continuous-list" aria-label={say(words.title)}>
        <thead>
          <tr>
            <th scope="col">{t('profile.created')}</th>
            <th scope="col">{say(words.whose)}</th>
            <th scope="col">{t('profile.status')}</th>
            <th scope="col">{say(words.lastWindow)}</th>
            <th scope="col" class="number">
              {say(words.windows)}
            </th>
            <th scope="col" class="number">
              {say(words.window)}
            </th>
            <th scope="col" class="number">
              {t('profile.frequency')}
            </th>
          </tr>
        </thead>
        <tbody>
          {profiles.map((profile) => (
            <tr key={profile.id}>
              <td class="mono">{formatMoment(profile.created)}</td>
              <th scope="row">
                <a href={continuousPath(profile.id)} class="mono">
                  {whoseName(profile)}
                </a>
              </th>
              <td>
                <ContinuousStatus profile={profile} />
              </td>
              <td class="mono">{profile.lastWindow === null ? '–' : formatMoment(profile.lastWindow)}</td>
              <td class="number">{profile.windows}</td>
              <td class="number">{formatDuration(profile.window)}</td>
              <td class="number">{`${profile.frequency} Hz`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ContinuousStatus({ profile: { status } }: { readonly profile: ContinuousProfile }) {
  return <ProfileStatusBadge status={status === 'ended' ? 'finished' : status} />;
}

/** The job, the nodes, or both. */
export function whoseName({ job, nodes }: Pick<ContinuousProfile, 'job' | 'nodes'>): string {
  const ofJob = job === null ? [] : [t('target.jobNamed', { job: truncate(visible(job), 60) })];
  return [...ofJob, ...(nodes === '' ? [] : [truncate(visible(nodes), 80)])].join(' · ');
}

function StartForm() {
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const submit = async (form: FormData): Promise<void> => {
    busy.value = true;
    error.value = null;
    const [job, nodes] = [textOf(form.get('job')), textOf(form.get('nodes'))];
    try {
      const order = { ...(job === '' ? {} : { job }), ...(nodes === '' ? {} : { nodes }) };
      navigate(continuousPath((await startContinuous(order)).id));
    } catch (caught) {
      error.value = caught;
      busy.value = false;
    }
  };
  return (
    <details class="panel continuous-start">
      <summary>{say(words.startLabel)}</summary>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <TextField name="job" label={say(words.job)} />
        <TextField name="nodes" label={say(words.nodes)} note={say(words.orNodes)} />
        {error.value !== null && <ErrorNotice error={error.value} />}
        <button
          type="submit"
          class="button primary"
          disabled={busy.value}
          {...offer('profile:write')}
          data-testid="start-continuous"
        >
          {say(words.start)}
        </button>
      </form>
    </details>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value.trim() : '';
}
