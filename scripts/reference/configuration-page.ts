// In: the schemas of both configurations. Out: the page of all keys and two sample files.
import { AgentConfigSchema } from '../../agent/config.ts';
import { CollectorConfigSchema } from '../../collector/config.ts';
import { startRefusedExitCode } from '../../shared/lifecycle.ts';
import { type ConfigKey, keysOf, sampleFile } from './config-keys.ts';
import { code, page, plain, section, table } from './markdown.ts';

const intro = [
  'Defaults, then the file named with `--config FILE` (YAML), then flags; later ones win. A key that is not known or a',
  `value that is not possible stops the start with exit code ${startRefusedExitCode}, the path of the key and what is allowed.`,
  '`--check-config` checks and starts nothing. Durations are written with their unit: `500ms`, `5s`, `1m30s`, `2h`, `7d`.',
].join('\n');

const agentKeys = keysOf(AgentConfigSchema);
const collectorKeys = keysOf(CollectorConfigSchema);

export const agentSample = sampleFile('jidi-agent', agentKeys);
export const collectorSample = sampleFile('jidi-collector', collectorKeys);

export function configurationPage(): string {
  return page(
    'Configuration',
    intro,
    section('Agent', 'Sample: [agent.sample.yaml](agent.sample.yaml).', keyTable(agentKeys)),
    section('Collector', 'Sample: [collector.sample.yaml](collector.sample.yaml).', keyTable(collectorKeys)),
  );
}

function keyTable(keys: readonly ConfigKey[]): string {
  const rows = keys.map(({ path, value, description }) => [
    code(path.join('.')),
    value === undefined ? '–' : code(JSON.stringify(value)),
    plain(description),
  ]);
  return table(['Key', 'Default', 'Allowed, meaning'], rows);
}
