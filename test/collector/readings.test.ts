import { expect, test } from 'vitest';
import { createSelfMetrics } from '../../collector/http/self-metrics.ts';
import { ingestReadings } from '../../collector/readings.ts';
import { batch, useBench } from './ingest/bench.ts';
import { tickOf } from './ingest/ticks.ts';

const bench = useBench();

test('what ingest counts about real streams is told by name and reason', async () => {
  const { server } = bench().end;
  const agent = await bench().agentOf('n1', undefined, {
    sentTimeMs: Date.now() + 7_200_000,
    bootTimeMs: 1000,
  });
  agent.batch(batch(1, 1));
  agent.batch(batch(1, 1));
  agent.batch({ sequence: 2, payload: { kind: 'metrics', ticks: [tickOf(1, 5000)] } });
  await agent.acknowledged('metric', 2);
  const metrics = createSelfMetrics({ version: '1', store: () => bench().end.store.statistics() });
  metrics.addReadings(() => ingestReadings(server.statistics, server.state()));
  const text = await metrics.text();
  for (const line of [
    'ingest_streams 1',
    'ingest_messages_total 3',
    'ingest_batches_total{class="metric"} 2',
    'ingest_duplicates_total 1',
    'ingest_refused_total{reason="past"} 1',
    'ingest_declared_losses_total{reason="refused"} 1',
    'ingest_suspect_clocks 1',
    'ingest_corrected_clocks 1',
    'ingest_store_load_ratio 0',
    'ingest_credit 32',
    'ingest_under_way_bytes 0',
  ]) {
    expect(text).toContain(`jidi_collector_${line}`);
  }
});
