// A notice: what is going on, and what to do.
import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/client.ts';
import { liveState } from '../api/live.ts';
import { t } from '../i18n/language.ts';
import { reasonText, type ToldReason } from '../i18n/reason-text.ts';
import { Icon } from './icon.tsx';
import { ReasonRemedy } from './reason-remedy.tsx';

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

export function ReasonNotice({ kind, reason }: Pick<NoticeProps, 'kind'> & { readonly reason: ToldReason }) {
  const text = reasonText(reason);
  return (
    <Notice kind={kind} title={text.message}>
      <ReasonRemedy text={text} />
    </Notice>
  );
}

export function ErrorNotice({ error }: { readonly error: unknown }) {
  if (error instanceof ApiError && error.code !== 'unreachable') {
    return <ReasonNotice kind="error" reason={error} />;
  }
  // The bar at the top then says it already, once for the whole page.
  if (liveState.value === 'lost') return null;
  return (
    <Notice kind="error" title={t('error.unreachable')}>
      {t('error.unreachableRemedy')}
    </Notice>
  );
}
