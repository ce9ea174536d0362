// Says that a node is not heard, since when, and how to see what it last told.
import type { NodeDetail } from '../../../shared/api/node.ts';
import { visible } from '../../../shared/text.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { Notice } from '../parts/notice.tsx';
import { chooseRange } from '../parts/range-picker.tsx';
import { type TimeRange, windowOf } from '../state/time-range.ts';

export interface StaleNoticeProps {
  readonly node: NodeDetail;
  readonly range: TimeRange;
  readonly now: number;
}

export function StaleNotice({ node, range, now }: StaleNoticeProps) {
  if (node.state === 'up') return null;
  const { from, to } = windowOf(range, now);
  const outside = node.lastSeen < from;
  return (
    <Notice
      kind="warn"
      title={t(node.state === 'silent' ? 'stale.silent' : 'stale.down', {
        name: visible(node.name),
        time: formatDuration(Math.max(0, now - node.lastSeen)),
        moment: formatMoment(node.lastSeen),
      })}
    >
      {t('stale.remedy')}{' '}
      {outside && (
        <button
          type="button"
          class="link"
          onClick={() => chooseRange({ kind: 'fixed', from: node.lastSeen - (to - from), to: node.lastSeen })}
        >
          {t('stale.goBack')}
        </button>
      )}
    </Notice>
  );
}
