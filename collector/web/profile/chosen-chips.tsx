// Which samples are chosen, in words; each can be taken back.
import { visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { parameters, setParameters } from '../state/navigation.ts';
import { readSamples } from '../state/profile-choice.ts';

export function ChosenChips() {
  const { from, to, node, pid, thread, rank } = readSamples(parameters.value);
  const window = from === undefined && to === undefined ? null : `${from ?? 0} – ${to ?? '…'} s`;
  const chips: readonly (readonly [names: readonly string[], text: string])[] = [
    ...(window === null ? [] : [[['from', 'to'], window] as const]),
    ...(node === undefined ? [] : [[['node', 'pid', 'thread', 'rank'], visible(node)] as const]),
    ...(rank === undefined ? [] : [[['rank'], t('spread.rank', { n: rank })] as const]),
    ...(pid === undefined ? [] : [[['pid'], `PID ${pid}`] as const]),
    ...(thread === undefined ? [] : [[['thread'], t('choice.thread', { n: thread })] as const]),
  ];
  if (chips.length === 0) return null;
  return (
    <div class="chips" data-testid="chips">
      <span class="muted">{t('choice.only')}</span>
      {chips.map(([names, text]) => (
        <button
          key={text}
          type="button"
          class="button small on"
          title={t('choice.takeBack')}
          onClick={() => setParameters(Object.fromEntries(names.map((name) => [name, null])), 'push')}
        >
          {text}
          <Icon name="close" />
        </button>
      ))}
    </div>
  );
}
