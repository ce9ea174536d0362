import { describe, expect, it } from 'vitest';
import { createSelfMetrics } from '../../../collector/http/self-metrics.ts';
import { runServer } from './running-server.ts';

const store = () => ({
  sizeBytes: 4096,
  commits: 3,
  batches: { metric: 2, event: 0 },
  duplicates: 1,
  duplicateTicks: 0,
  ignoredReports: 0,
  refusedSeries: 0,
  joinedGaps: 0,
});

describe('self metrics', () => {
  it('tell of the store, the version and the process', async () => {
    const text = await createSelfMetrics({ version: '1.2.3', store }).text();
    expect(text).toContain('jidi_collector_store_size_bytes 4096');
    expect(text).toContain('# TYPE jidi_collector_store_commits_total counter');
    expect(text).toContain('jidi_collector_store_batches_total{class="metric"} 2');
    expect(text).toContain('jidi_collector_build_info{version="1.2.3"} 1');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('read what a part counts anew each time, and forget what it no longer tells', async () => {
    const metrics = createSelfMetrics({ version: '1', store });
    const refused = new Map([['too-big', 1]]);
    metrics.addReadings(() =>
      [...refused].map(([reason, value]) => ({
        name: 'ingest_refused_total',
        help: 'Batches refused.',
        value,
        labels: { reason },
      })),
    );
    expect(await metrics.text()).toContain('jidi_collector_ingest_refused_total{reason="too-big"} 1');
    refused.clear();
    refused.set('future', 4);
    const text = await metrics.text();
    expect(text).toContain('jidi_collector_ingest_refused_total{reason="future"} 4');
    expect(text).not.toContain('too-big');
  });

  it('count requests by route, never by address', async () => {
    const { ask } = await runServer();
    await ask('/api/v1/nodes/n001');
    await ask('/api/v1/nodes/n002');
    await ask('/wp-login.php');
    const { text, headers } = await ask('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    const name = 'jidi_collector_http_request_duration_seconds_count';
    expect(text).toContain(`${name}{method="GET",route="/api/v1/nodes/:name",status="200"} 2`);
    expect(text).not.toContain('wp-login');
  });
});

describe('health', () => {
  it('is told apart from being ready, and why not', async () => {
    let reason: string | null = 'The data folder is read-only.';
    const { ask } = await runServer({ ready: () => reason });
    expect(await ask('/-/healthy')).toMatchObject({ status: 200, text: 'healthy\n' });
    expect((await ask('/-/ready')).json).toMatchObject({ status: 503, code: 'not-ready', detail: reason });
    reason = null;
    expect(await ask('/-/ready')).toMatchObject({ status: 200, text: 'ready\n' });
  });
});
