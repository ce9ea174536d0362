// In: the newest tick of a node. Out: how often its agent measures now and by configuration, and whether it is kept
// quiet. What the node does not tell is as it said when it connected.
import type { MetricTick } from '../../shared/model/metric.ts';

export interface AgentPace {
  readonly intervalMs: number;
  readonly configuredIntervalMs: number;
  readonly quiet: boolean;
  /** Who asked for it; null when nobody did, or the node does not say. */
  readonly quietReason: string | null;
}

/** An interval that no agent has is not believed. */
const maxIntervalSeconds = 3600;

/** `announcedMs`: the interval that the agent named when it connected. */
export function agentPace(newest: MetricTick | undefined, announcedMs: number): AgentPace {
  let reason: string | null = null;
  const told = { interval: Number.NaN, configured: Number.NaN, quiet: Number.NaN };
  for (const [place, { metric, labels }] of newest?.series.entries() ?? []) {
    const value = newest?.values[place] ?? Number.NaN;
    if (metric === 'jidi_agent_interval_seconds') told.interval = value;
    else if (metric === 'jidi_agent_configured_interval_seconds') told.configured = value;
    else if (metric === 'jidi_agent_quiet') told.quiet = value;
    else if (metric === 'jidi_agent_quiet_info' && value === 1) reason = labels['reason'] ?? null;
  }
  return {
    intervalMs: Math.max(announcedMs, intervalOr(announcedMs, told.interval)),
    configuredIntervalMs: intervalOr(announcedMs, told.configured),
    quiet: told.quiet === 1,
    quietReason: told.quiet === 1 ? reason : null,
  };
}

function intervalOr(otherMs: number, seconds: number): number {
  return seconds > 0 && seconds <= maxIntervalSeconds ? seconds * 1000 : otherMs;
}
