// A notice: what is going on, and what to do.
import type { ComponentChildren } from 'preact';
import { visible } from '../../../shared/text.ts';
import { ApiError } from '../api/client.ts';
import { liveState } from '../api/live.ts';
import { t } from '../i18n/language.ts';
import { Icon } from './icon.tsx';

export interface NoticeProps {
  readonly kind: 'info' | 'warn' | 'error';
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'info' ? 'status' : 'alert'}>
      <Icon name={kind === 'info' ? 'info' : 'warn'} />
      <div>
        <b>{title}</b>
        {children !== undefined && <p>{children}</p>}
      </div>
    </div>
  );
}

export function ErrorNotice({ error }: { readonly error: unknown }) {
  if (error instanceof ApiError && error.code !== 'unreachable') {
    return (
      <Notice kind="error" title={visible(error.message)}>
        {visible(error.remedy)}
      </Notice>
    );
  }
  // The bar at the top then says it already, once for the whole page.
  if (liveState.value === 'lost') return null;
  return (
    <Notice kind="error" title={t('error.unreachable')}>
      {t('error.unreachableRemedy')}
    </Notice>
  );
}
