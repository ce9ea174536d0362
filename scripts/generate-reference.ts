// In: the code. Out: docs/reference/ — metrics, configuration with two sample files, CLI, API, roles, actions, protocol.
// With --check nothing is written; the exit status is 1 when a page is not what the code says.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionsPage } from './reference/actions-page.ts';
import { apiPage } from './reference/api-page.ts';
import { cliPage } from './reference/cli-page.ts';
import { agentSample, collectorSample, configurationPage } from './reference/configuration-page.ts';
import { metricsPage } from './reference/metrics-page.ts';
import { protocolPage } from './reference/protocol-page.ts';
import { rolesPage } from './reference/roles-page.ts';
import { readCollector } from './reference/running-collector.ts';

const folder = join(import.meta.dirname, '../docs/reference');

await generate(process.argv.includes('--check'));

async function generate(checkOnly: boolean): Promise<void> {
  const pages = Object.entries(await writePages());
  const stale = pages.filter(([name, text]) => textOf(join(folder, name)) !== text).map(([name]) => name);
  if (checkOnly && stale.length > 0) {
    console.error(`docs/reference is stale: ${stale.join(', ')}\nRun: npm run generate`);
    process.exitCode = 1;
  } else if (!checkOnly) {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of pages) writeFileSync(join(folder, name), text);
    console.log(`written: ${pages.map(([name]) => `docs/reference/${name}`).join(', ')}`);
  }
}

async function writePages(): Promise<Readonly<Record<string, string>>> {
  const collector = await readCollector();
  return {
    'metrics.md': metricsPage(collector),
    'configuration.md': configurationPage(),
    'agent.sample.yaml': agentSample,
    'collector.sample.yaml': collectorSample,
    'cli.md': await cliPage(),
    'api.md': apiPage(collector),
    'roles.md': rolesPage(),
    'actions.md': actionsPage(),
    'protocol.md': protocolPage(),
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Not there yet: stale.
  }
}
