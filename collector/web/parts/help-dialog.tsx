// The keys of the console.
import type { MessageKey } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { Dialog } from './dialog.tsx';

const keys: readonly { readonly keys: readonly string[]; readonly meaning: MessageKey }[] = [
  { keys: ['/'], meaning: 'help.search' },
  { keys: ['?'], meaning: 'help.help' },
  { keys: ['g', 'n'], meaning: 'help.nodes' },
  { keys: ['g', 'p'], meaning: 'help.profiles' },
  { keys: ['g', 'c'], meaning: 'help.commands' },
  { keys: ['['], meaning: 'help.earlier' },
  { keys: [']'], meaning: 'help.later' },
  { keys: ['l'], meaning: 'help.live' },
  { keys: ['Esc'], meaning: 'help.escape' },
  { keys: ['← ↑ → ↓', 'Enter'], meaning: 'help.canvas' },
  { keys: ['s'], meaning: 'help.pick' },
  { keys: ['Shift', '← ↑ → ↓'], meaning: 'help.window' },
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={t('help.title')} onClose={onClose}>
      <dl class="key-list">
        {keys.map(({ keys: chord, meaning }) => (
          <div key={meaning}>
            <dt>
              {chord.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">{t('help.charts')}</p>
    </Dialog>
  );
}
