// Says that the clock of a node is wrong, what that means for what is shown, and where to look.
import type { NodeDetail } from '../../../shared/api/node.ts';
import { notableOffsetMs } from '../../../shared/model/clock-offset.ts';
import { visible } from '../../../shared/text.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { Notice } from '../parts/notice.tsx';

export function ClockNotice({ node }: { readonly node: NodeDetail }) {
  const offset = node.clockOffset ?? 0;
  const size = Math.abs(offset);
  if (size * 1000 <= notableOffsetMs) return null;
  const words = { name: visible(node.name), time: formatDuration(size) };
  return (
    <Notice kind="warn" title={t(offset > 0 ? 'clock.ahead' : 'clock.behind', words)}>
      {t('clock.remedy')}
    </Notice>
  );
}
