// The head of a node's page: name, state, what it is made of, and the time range for all that follows.
import type { NodeDetail } from '../../../shared/api/node.ts';
import { formatBytes } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { RangePicker } from '../parts/range-picker.tsx';
import { NodeStateBadge, QuietBadge } from '../parts/state-badge.tsx';
import { serverNow } from '../state/server-clock.ts';
import type { TimeRange, TimeWindow } from '../state/time-range.ts';

export interface NodeHeadProps {
  readonly node: NodeDetail;
  readonly range: TimeRange;
  readonly window: TimeWindow;
}

export function NodeHead({ node, range, window }: NodeHeadProps) {
  return (
    <>
      <div class="page-bar">
        <nav class="crumbs" aria-label={t('nav.path')}>
          <a href="/">{t('nav.nodes')}</a>
          <span aria-hidden="true">/</span>
        </nav>
        <h1>{visible(node.name)}</h1>
        <NodeStateBadge state={node.state} />
        <span class="badge quiet">{t(`role.${node.role}`)}</span>
        <PaceBadges node={node} />
        <span class="spacer" />
        <RangePicker range={range} window={window} />
      </div>
      <Facts node={node} />
    </>
  );
}

/** What is measured less than usual, and why. */
function PaceBadges({ node }: { readonly node: NodeDetail }) {
  const { interval, configuredInterval, quiet, quietReason } = node;
  const times = { now: formatDuration(interval), configured: formatDuration(configuredInterval) };
  return (
    <>
      {interval > configuredInterval && (
        <span class="badge warn" title={t('pace.slowedText')} data-testid="slowed">
          <i aria-hidden="true">◔</i>
          {t('pace.slowed', times)}
        </span>
      )}
      {quiet && <QuietBadge who={quietReason} />}
    </>
  );
}

function Facts({ node }: { readonly node: NodeDetail }) {
  const { inventory } = node;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    [t('facts.cpu'), inventory?.cpuModel ?? null],
    [t('facts.cores'), inventory === null ? null : coreText(inventory)],
    [t('facts.memory'), inventory?.memoryBytes == null ? null : formatBytes(inventory.memoryBytes)],
    [t('facts.os'), inventory?.os ?? null],
    [t('facts.kernel'), inventory?.kernel ?? null],
    [t('facts.model'), inventory?.model ?? null],
    [t('facts.upFor'), inventory?.bootTime == null ? null : formatDuration(serverNow() - inventory.bootTime)],
    [t('facts.interval'), formatDuration(node.interval)],
    [t('facts.agent'), node.agentVersion],
    [t('facts.gaps'), node.gaps.length === 0 ? null : String(node.gaps.length)],
  ];
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== '');
  return (
    <dl class="facts" data-testid="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={visible(value)}>{truncate(visible(value), 60)}</dd>
        </div>
      ))}
    </dl>
  );
}

function coreText({ sockets, cores, threads }: NonNullable<NodeDetail['inventory']>): string | null {
  if (cores === null) return threads === null ? null : t('facts.threads', { n: threads });
  const parts = [
    sockets === null ? null : t('facts.sockets', { n: sockets }),
    t('facts.coreCount', { n: cores }),
    threads === null ? null : t('facts.threads', { n: threads }),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
