// What is compared with what, in words: the base and what is looked at.

import type { Profile } from '../../../shared/api/profile.ts';
import type { Chosen } from '../../../shared/api/profile-view.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { profilePath } from '../state/route.ts';
import { formatWeight } from './weight.ts';

export interface DifferenceSidesProps {
  readonly of: Chosen;
  readonly base: Chosen;
  readonly profile: Profile;
}

export function DifferenceSides({ of, base, profile }: DifferenceSidesProps) {
  return (
    <dl class="difference-sides" data-testid="difference-sides">
      <Side name={t('difference.base')} side={base} profile={profile} />
      <Side name={t('difference.now')} side={of} profile={profile} />
    </dl>
  );
}

interface SideProps {
  readonly name: string;
  readonly side: Chosen;
  readonly profile: Profile;
}

function Side({ name, side, profile }: SideProps) {
  const own = side.profile === profile.id;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {own ? t('difference.this') : <a href={profilePath(side.profile)}>{visible(side.profile)}</a>}
        <span>{sampleWords(side)}</span>
        <span class="muted">{formatWeight(side.weight, profile.unit)}</span>
      </dd>
    </div>
  );
}

function sampleWords({ from, to, node, pid, thread, rank }: Chosen): string {
  const parts = [
    from === undefined && to === undefined ? '' : `${from ?? 0} – ${to ?? '…'} s`,
    node === undefined ? '' : visible(node),
    rank === undefined ? '' : t('spread.rank', { n: rank }),
    pid === undefined ? '' : `PID ${pid}`,
    thread === undefined ? '' : t('choice.thread', { n: thread }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? t('difference.whole') : parts.join(' · ');
}
