// Commands that were asked for, newest first, and how far they are.
import type { Command, CommandTarget } from '../../../shared/api/command.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { fetchCommands } from '../api/resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { t } from '../i18n/language.ts';
import { CommandStateBadge } from '../parts/command-state.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { useLive } from '../parts/use-live.ts';
import { useResource } from '../parts/use-resource.ts';
import { commandPath } from '../state/route.ts';

export function CommandsPage() {
  const commands = useResource((signal) => fetchCommands({ signal }), []);
  useLive(
    ({ kind }) => {
      if (kind === 'command') commands.reload();
    },
    commands.reload,
    [],
  );
  const list = commands.data.value;
  return (
    <main class="page">
      <div class="page-bar">
        <h1>{t('nav.commands')}</h1>
        {list !== null && <span class="muted">{list.length}</span>}
      </div>
      {commands.error.value !== null && <ErrorNotice error={commands.error.value} />}
      {list === null && commands.error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {list?.length === 0 && (
        <Notice kind="info" title={t('commands.empty')}>
          {t('commands.emptyRemedy')}
        </Notice>
      )}
      {list !== null && list.length > 0 && (
        <section class="panel">
          <CommandTable commands={list} />
        </section>
      )}
    </main>
  );
}

function CommandTable({ commands }: { readonly commands: readonly Command[] }) {
  return (
    <div class="table-scroll">
      <table class="table" data-testid="command-list" aria-label={t('nav.commands')}>
        <thead>
          <tr>
            <th scope="col">{t('commands.issued')}</th>
            <th scope="col">{t('commands.action')}</th>
            <th scope="col">{t('commands.parameters')}</th>
            <th scope="col">{t('commands.nodes')}</th>
            <th scope="col">{t('commands.requester')}</th>
            <th scope="col">{t('commands.result')}</th>
            <th scope="col">{t('commands.id')}</th>
          </tr>
        </thead>
        <tbody>
          {commands.map((command) => (
            <tr key={command.id}>
              <td class="mono">{formatMoment(command.issued)}</td>
              <th scope="row">
                <a class="mono" href={commandPath(command.id)}>
                  {visible(command.action)}
                </a>
              </th>
              <CutCell text={parametersOf(command)} />
              <CutCell text={foldNodeSet(command.targets.map(({ node }) => node))} />
              <td>{visible(command.requester)}</td>
              <td>
                <span class="badge-row">
                  {countStates(command.targets).map(([state, count]) => (
                    <CommandStateBadge key={state} state={state} count={count} />
                  ))}
                </span>
              </td>
              <td class="mono muted">{visible(command.id)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CutCell({ text }: { readonly text: string }) {
  return (
    <td class="mono" title={truncate(visible(text), 2000)}>
      {text === '' ? '–' : truncate(visible(text), 48)}
    </td>
  );
}

function parametersOf({ parameters }: Command): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function countStates(
  targets: readonly CommandTarget[],
): readonly (readonly [CommandTarget['state'], number])[] {
  const counts = new Map<CommandTarget['state'], number>();
  for (const { state } of targets) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts];
}
