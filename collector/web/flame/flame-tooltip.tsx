// The box under the pointer in words, beside the pointer and always within the window.
import type { StackNode } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { frameName } from './frame-name.ts';

export interface FlameTooltipProps {
  readonly node: StackNode;
  readonly at: { readonly x: number; readonly y: number };
}

export function FlameTooltip({ node, at }: FlameTooltipProps) {
  const left = Math.min(at.x + 14, innerWidth - 380);
  const top = Math.min(at.y + 16, innerHeight - 110);
  return (
    <div class="tooltip" style={{ left: `${Math.max(8, left)}px`, top: `${top}px` }} aria-hidden="true">
      <b class="mono">{frameName(node)}</b>
      <span class="muted mono">{node.module === '' ? '–' : visible(node.module)}</span>
      <span>
        {t('profile.total')} <b>{formatRatio(node.total)}</b> · {t('profile.self')}{' '}
        <b>{formatRatio(node.self)}</b>
      </span>
    </div>
  );
}
