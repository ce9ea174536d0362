// One node: what it is, its charts on one time axis, its processes at a moment, its profiles.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Profile } from '../../../shared/api/profile.ts';
import { onLive, onReconnect } from '../api/live.ts';
import { fetchProfiles } from '../api/profile-resources.ts';
import { fetchNode } from '../api/resources.ts';
import type { ChartMark } from '../charts/chart-marks.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { ClockNotice } from '../node/clock-notice.tsx';
import { NodeCharts } from '../node/node-charts.tsx';
import { NodeHead } from '../node/node-head.tsx';
import { NodeProcesses } from '../node/node-processes.tsx';
import { NodeProfiles } from '../node/node-profiles.tsx';
import { StaleNotice } from '../node/stale-notice.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { PageBar } from '../parts/page-bar.tsx';
import { profileName } from '../parts/profile-list.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters } from '../state/navigation.ts';
import { profilePath } from '../state/route.ts';
import { serverNow } from '../state/server-clock.ts';
import { parseMomentParameter, parseTimeRange, windowOf } from '../state/time-range.ts';

export function NodePage({ name }: { readonly name: string }) {
  const detail = useResource((signal) => fetchNode(name, { signal }), [name]);
  const profiles = useResource((signal) => fetchProfiles(name, { signal }), [name]);
  const now = useSignal(serverNow());
  useEffect(() => followNode(name, now, { detail: detail.reload, profiles: profiles.reload }), [name]);

  const range = parseTimeRange(parameters.value);
  const window = windowOf(range, now.value);
  const moment = parseMomentParameter(parameters.value);
  const node = detail.data.value;
  if (node === null) {
    return (
      <main class="page">
        <PageBar title={name} list="/" listName={t('nav.nodes')} />
        {detail.error.value === null ? (
          <p class="page-wait">{t('state.loading')}</p>
        ) : (
          <ErrorNotice error={detail.error.value} />
        )}
      </main>
    );
  }
  const marks = (profiles.data.value ?? []).flatMap((profile) => markOf(profile, now.value));
  return (
    <main class="page">
      <NodeHead node={node} range={range} window={window} />
      {detail.error.value !== null && <ErrorNotice error={detail.error.value} />}
      <StaleNotice node={node} range={range} now={now.value} />
      <ClockNotice node={node} />
      <NodeCharts node={node} range={range} window={window} moment={moment ?? null} marks={marks} />
      <NodeProcesses node={node} moment={moment} live={range.kind === 'last'} now={now.value} />
      <NodeProfiles node={name} profiles={profiles} />
    </main>
  );
}

/** One that has not begun is nowhere yet. */
function markOf(profile: Profile, now: number): readonly ChartMark[] {
  const { id, started, ended, status, duration } = profile;
  if (started === null) return [];
  const text = `${profileName(profile)} · ${t(`status.${status}`)} · ${formatDuration(duration)}`;
  return [{ from: started, to: ended ?? now, text, path: profilePath(id) }];
}

interface Reloads {
  readonly detail: () => void;
  readonly profiles: () => void;
}

/** Time goes on with the node's ticks, and slowly without them, so that silence becomes visible. */
function followNode(name: string, now: { value: number }, { detail, profiles }: Reloads): () => void {
  const advance = (): void => {
    if (!document.hidden) now.value = Math.max(now.value, serverNow());
  };
  const timer = setInterval(advance, 5000);
  const slow = setInterval(detail, 30_000);
  const ends = [
    onLive((event) => {
      if (event.kind === 'tick' && event.node === name) advance();
      if (event.kind === 'node' && event.node.name === name) detail();
      if (event.kind === 'profile' && event.profile.node === name) profiles();
      if (event.kind === 'profile-deleted') profiles();
    }),
    onReconnect(() => {
      detail();
      profiles();
    }),
  ];
  return () => {
    clearInterval(timer);
    clearInterval(slow);
    for (const end of ends) end();
  };
}
