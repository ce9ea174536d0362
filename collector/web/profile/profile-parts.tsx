// The parts of a profile on several nodes: what each node has given, and those that failed by name, with reason and remedy.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Profile } from '../../../shared/api/profile.ts';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { visible } from '../../../shared/text.ts';
import { fetchParts } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { reasonText } from '../i18n/reason-text.ts';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { ReasonRemedy } from '../parts/reason-remedy.tsx';
import { ProfileStatusBadge } from '../parts/state-badge.tsx';
import { useResource } from '../parts/use-resource.ts';
import { profilePath } from '../state/route.ts';

const mostFailed = 5;

export function ProfileParts({ profile }: { readonly profile: Profile }) {
  const { id, status, samples, progress } = profile;
  const parts = useResource((signal) => fetchParts(id, { signal }), [id]);
  const open = useSignal(false);
  useEffect(() => parts.reload(), [status, samples, progress]);
  const list = parts.data.value;
  if (parts.error.value !== null) return <ErrorNotice error={parts.error.value} />;
  if (list === null || list.length === 0) return null;
  const over = list.filter((part) => isProfileOver(part.status)).length;
  const failed = list.filter((part) => part.status === 'failed');
  return (
    <>
      {failed.length > 0 && <FailedParts failed={failed} all={list.length} />}
      <section class="panel" aria-label={t('parts.title')} data-testid="profile-parts">
        <header class="panel-head">
          <h2>{t('parts.title')}</h2>
          <span class="muted">{t('parts.count', { n: list.length, over, failed: failed.length })}</span>
          <span class="spacer" />
          <button
            type="button"
            class="button small"
            aria-expanded={open.value}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            {t(open.value ? 'parts.hide' : 'parts.show')}
          </button>
        </header>
        {open.value && <PartTable parts={list} />}
      </section>
    </>
  );
}

interface FailedPartsProps {
  readonly failed: readonly Profile[];
  readonly all: number;
}

/** Each reason once, with the nodes that it was told of. */
function FailedParts({ failed, all }: FailedPartsProps) {
  const byReason = new Map<string, Profile[]>();
  for (const part of failed) {
    const code = part.reason?.code ?? '';
    byReason.set(code, [...(byReason.get(code) ?? []), part]);
  }
  return (
    <Notice kind="warn" title={t('parts.failed', { n: failed.length, all })}>
      {[...byReason].map(([code, parts]) => (
        <FailedFor key={code} parts={parts} />
      ))}
    </Notice>
  );
}

function FailedFor({ parts }: { readonly parts: readonly Profile[] }) {
  const [first] = parts;
  const text = first?.reason ? reasonText(first.reason) : null;
  const names = parts.slice(0, mostFailed).map(({ node }) => visible(node ?? ''));
  const left = parts.length - names.length;
  return (
    <span class="failed-nodes">
      <b class="mono">{names.join(', ')}</b>
      {left > 0 && ` ${t('choice.more', { n: left })}`}
      {text !== null && (
        <>
          {`: ${text.message} — `}
          <ReasonRemedy text={text} />
        </>
      )}
    </span>
  );
}

function PartTable({ parts }: { readonly parts: readonly Profile[] }) {
  return (
    <div class="table-scroll parts">
      <table class="table compact" aria-label={t('parts.title')}>
        <thead>
          <tr>
            <th scope="col">{t('node.name')}</th>
            <th scope="col">{t('profile.status')}</th>
            <th scope="col" class="number">
              {t('profile.samples')}
            </th>
            <th scope="col">{t('parts.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.id}>
              <th scope="row">
                <a href={profilePath(part.id)}>{visible(part.node ?? part.id)}</a>
              </th>
              <td>
                <ProfileStatusBadge status={part.status} />
              </td>
              <td class="number">{part.samples}</td>
              <td class="muted">{part.reason === null ? '' : reasonText(part.reason).message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
