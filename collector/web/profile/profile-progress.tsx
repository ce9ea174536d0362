// How a profile goes: progress while it runs; afterwards the reason and the remedy when it is not all that
// was asked for, and when functions lack names.
import type { Profile } from '../../../shared/api/profile.ts';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { t } from '../i18n/language.ts';
import { ReasonNotice } from '../parts/notice.tsx';

export function ProfileProgress({ profile }: { readonly profile: Profile }) {
  const { status, reason, progress } = profile;
  if (!isProfileOver(status)) {
    const percent = Math.round(progress * 100);
    return (
      <section class="panel progress-panel">
        <p>
          {t(
            status === 'pending'
              ? 'profile.pendingText'
              : status === 'running'
                ? 'profile.runningText'
                : 'profile.processingText',
          )}
        </p>
        <div
          class="progress"
          role="progressbar"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-label={t('profile.progress')}
        >
          <i style={{ width: `${percent}%` }} />
        </div>
        <b>{percent} %</b>
      </section>
    );
  }
  const symbols = profile.symbols?.reason ?? null;
  // Which nodes, and why, is told beside the list of them.
  const isTold = reason?.code === 'nodes-missing' && profile.node === null;
  return (
    <>
      {reason !== null && !isTold && (
        <ReasonNotice kind={status === 'failed' ? 'error' : 'warn'} reason={reason} />
      )}
      {symbols !== null && <ReasonNotice kind="warn" reason={symbols} />}
    </>
  );
}
