// One command: its state and output on each of its nodes.
import type { CommandTarget } from '../../../shared/api/command.ts';
import { visible, visibleLines } from '../../../shared/text.ts';
import { fetchCommand } from '../api/resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { reasonText } from '../i18n/reason-text.ts';
import { CommandStateBadge } from '../parts/command-state.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { PageBar } from '../parts/page-bar.tsx';
import { ReasonRemedy } from '../parts/reason-remedy.tsx';
import { useLive } from '../parts/use-live.ts';
import { useResource } from '../parts/use-resource.ts';
import { nodePath } from '../state/route.ts';

export function CommandPage({ id }: { readonly id: string }) {
  const command = useResource((signal) => fetchCommand(id, { signal }), [id]);
  useLive(
    (event) => {
      if (event.kind === 'command' && event.command.id === id) command.reload();
    },
    command.reload,
    [id],
  );
  const data = command.data.value;
  return (
    <main class="page">
      <PageBar title={data?.action ?? id} list="/commands" listName={t('nav.commands')} />
      {command.error.value !== null && <ErrorNotice error={command.error.value} />}
      {data === null && command.error.value === null && <p class="page-wait">{t('state.loading')}</p>}
      {data !== null && (
        <>
          <dl class="facts">
            <Fact name={t('commands.issued')} value={formatMoment(data.issued)} />
            <Fact name={t('commands.requester')} value={visible(data.requester)} />
            <Fact name={t('commands.timeout')} value={formatDuration(data.timeout)} />
            {Object.entries(data.parameters).map(([name, value]) => (
              <Fact key={name} name={visible(name)} value={visible(value)} />
            ))}
          </dl>
          {data.targets.map((target) => (
            <Target key={target.node} target={target} />
          ))}
        </>
      )}
    </main>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Target({ target }: { readonly target: CommandTarget }) {
  const { node, state, exitCode, started, ended, output, truncated, reason } = target;
  return (
    <section class="panel" data-target={node}>
      <header class="panel-head">
        <h2>
          <a href={nodePath(node)}>{visible(node)}</a>
        </h2>
        <CommandStateBadge state={state} />
        {exitCode !== null && <span class="muted">{t('commands.exitCode', { n: exitCode })}</span>}
        {started !== null && ended !== null && <span class="muted">{formatDuration(ended - started)}</span>}
      </header>
      {reason !== null && (
        <p class="reason">
          <b>{reasonText(reason).message}</b> <ReasonRemedy text={reasonText(reason)} />
        </p>
      )}
      {output !== '' && <pre class="output">{visibleLines(output)}</pre>}
      {truncated && <p class="table-empty">{t('commands.truncated')}</p>}
    </section>
  );
}
