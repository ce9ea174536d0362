// Starts a real collector in a folder of its own, asks it for its description and its metrics, and stops it again.
// So the pages say what is served, not what was meant to be.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCollector } from '../../collector/collector.ts';
import { loadCollectorConfig } from '../../collector/config.ts';
import { connectionReadings } from '../../collector/connection-readings.ts';
import { createConnectionStatistics } from '../../collector/grpc/connection-statistics.ts';
import { createIngestStatistics } from '../../collector/ingest/statistics.ts';
import { ingestReadings } from '../../collector/readings.ts';

export interface CollectorFacts {
  /** OpenAPI 3.1. */
  readonly description: unknown;
  /** Names and meanings as Prometheus text. */
  readonly metricsText: string;
}

export async function readCollector(): Promise<CollectorFacts> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jidi-reference-'));
  const anyPort = { http: '127.0.0.1:0', agents: '127.0.0.1:0', enrolment: '127.0.0.1:0' };
  try {
    const collector = await startCollector(
      loadCollectorConfig(undefined, { dataDir, ...anyPort, log: 'silent', people: { login: 'none' } }),
    );
    try {
      const description: unknown = await (await ask(collector.consoleUrl, 'api/v1/openapi.json')).json();
      const metricsText = await (await ask(collector.consoleUrl, 'metrics')).text();
      return { description, metricsText: `${metricsText}\n${unseenMetrics()}` };
    } finally {
      await collector.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function ask(url: string, path: string): Promise<Response> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${path} of the collector: status ${response.status}`);
  return response;
}

/** Figures by class or reason are not there before the first of them; they are named all the same. */
function unseenMetrics(): string {
  const one = new Map([['any', 0]]);
  const readings = ingestReadings(
    {
      ...createIngestStatistics(),
      streamsEnded: one,
      refused: one,
      limited: one,
      declared: one,
      batches: new Map([['metric', 0]]),
      quarantined: new Map([['kept', 0]]),
    },
    { load: 0, credit: 0, bytesUnderWay: 0, clocks: { suspect: 0, corrected: 0 } },
  );
  const refused = { ...createConnectionStatistics(), refused: one };
  const connections = connectionReadings(new Map([['agents', refused]])).filter(({ name }) =>
    name.endsWith('refused_total'),
  );
  return [...readings, ...connections]
    .filter(({ labels }) => labels !== undefined)
    .map(({ name, help }) => `# HELP jidi_collector_${name} ${help}\n# TYPE jidi_collector_${name} counter`)
    .join('\n');
}
