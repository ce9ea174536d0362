// The state of a node or a profile: a glyph and a word, never a colour alone.
import type { Node } from '../../../shared/api/node.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import { t } from '../i18n/language.ts';

export function NodeStateBadge({ state }: { readonly state: Node['state'] }) {
  return (
    <span class={`badge ${nodeTone[state]}`} data-state={state}>
      <i aria-hidden="true">{nodeGlyph[state]}</i>
      {t(`state.${state}`)}
    </span>
  );
}

/** `who`: what asked for it, as the node tells; null or undefined: it does not. */
export function QuietBadge({ who }: { readonly who?: string | null }) {
  const reason = quietReasons.find((known) => known === who) ?? 'unknown';
  return (
    <span class="badge warn" title={t('pace.quietText', { who: t(`quiet.${reason}`) })} data-testid="quiet">
      <i aria-hidden="true">◌</i>
      {t('pace.quiet')}
    </span>
  );
}

const quietReasons = ['command', 'file', 'environment'] as const;

const nodeTone = { up: 'good', silent: 'warn', down: 'bad' } as const;
const nodeGlyph = { up: '●', silent: '◐', down: '✕' } as const;

export function ProfileStatusBadge({ status }: { readonly status: Profile['status'] }) {
  return (
    <span class={`badge ${profileTone[status]}`} data-status={status}>
      <i aria-hidden="true">{profileGlyph[status]}</i>
      {t(`status.${status}`)}
    </span>
  );
}

const profileTone = {
  pending: 'quiet',
  running: 'active',
  processing: 'active',
  finished: 'good',
  partial: 'warn',
  stopped: 'quiet',
  failed: 'bad',
} as const;
const profileGlyph = {
  pending: '○',
  running: '◔',
  processing: '◑',
  finished: '●',
  partial: '◐',
  stopped: '■',
  failed: '✕',
} as const;
