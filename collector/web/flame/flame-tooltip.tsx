// The box under the pointer in words, beside the pointer and always within the window.
import type { ComponentChildren } from 'preact';
import type { Frame } from '../../../shared/model/profile.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { frameName } from './frame-name.ts';

export interface FlameTooltipProps {
  readonly frame: Frame;
  readonly rows: readonly ComponentChildren[];
  readonly at: { readonly x: number; readonly y: number };
  /** True: its callers and callees can be looked at. */
  readonly picks: boolean;
}

/** Names of templates may fill pages. */
const nameLength = 400;

export function FlameTooltip({ frame, rows, at, picks }: FlameTooltipProps) {
  const left = Math.min(at.x + 14, innerWidth - 390);
  const name = truncate(frameName(frame), nameLength);
  const height = 84 + 18 * (rows.length + Math.ceil(name.length / 50));
  const top = at.y + 16 + height > innerHeight ? at.y - height : at.y + 16;
  return (
    <div
      class="tooltip"
      style={{ left: `${Math.max(8, left)}px`, top: `${Math.max(8, top)}px` }}
      aria-hidden="true"
    >
      <b class="mono">{name}</b>
      {frame.module !== '' && <span class="muted mono">{truncate(visible(frame.module), 120)}</span>}
      {rows.map((row, index) => (
        <span key={index}>{row}</span>
      ))}
      <span class="muted">{picks ? t('flame.clickOrPick') : t('flame.click')}</span>
    </div>
  );
}
