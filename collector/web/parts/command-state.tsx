// The state of a command on a node, or on so many nodes: a glyph and a word.
import type { CommandTarget } from '../../../shared/api/command.ts';
import { t } from '../i18n/language.ts';

export interface CommandStateBadgeProps {
  readonly state: CommandTarget['state'];
  readonly count?: number;
}

const looks = {
  pending: ['quiet', '○'],
  running: ['active', '◔'],
  finished: ['good', '●'],
  failed: ['bad', '✕'],
  refused: ['warn', '⊘'],
  'timed-out': ['bad', '◷'],
  cancelled: ['quiet', '■'],
  unknown: ['warn', '?'],
} as const;

export function CommandStateBadge({ state, count }: CommandStateBadgeProps) {
  const [tone, glyph] = looks[state];
  return (
    <span class={`badge ${tone}`} data-state={state}>
      <i aria-hidden="true">{glyph}</i>
      {count === undefined || count === 1 ? t(`command.${state}`) : `${count} ${t(`command.${state}`)}`}
    </span>
  );
}
