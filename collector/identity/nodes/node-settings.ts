// What was said when the authority was made, and the collector then goes by: the name of the cluster, and its own. In: the
// identity folder, the configuration. Out: what holds.
// It refuses (StartError) a configuration that contradicts it.
import { hostname } from 'node:os';
import { errorMessage, StartError } from '../../../shared/errors.ts';
import { IdentityFolder } from './identity-folder.ts';

export interface NodeSettings {
  readonly cluster: string;
  /** DNS names and addresses by which agents reach the collector. */
  readonly names: readonly string[];
}

const settingsFile = 'settings.json';
/** The configuration says nothing else. */
const defaultCluster = 'cluster';
const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

export function writeSettings(folder: IdentityFolder, { cluster, names }: NodeSettings): void {
  folder.write(settingsFile, `${JSON.stringify({ cluster, names }, null, 2)}\n`);
}

/** Names of this machine among them. Throws StartError. */
export function nodeSettings(dataDir: string, configured: NodeSettings): NodeSettings {
  const said = readSettings(new IdentityFolder(dataDir));
  const { cluster } = configured;
  if (said !== undefined && cluster !== defaultCluster && said.cluster !== cluster) {
    throw new StartError(
      `configuration key cluster: ${cluster}, but the authority of nodes was made for ${said.cluster}`,
      `Write cluster: ${said.cluster}; the certificates of all nodes name it.`,
    );
  }
  const own = ['localhost', '127.0.0.1', '::1', hostname()].filter(
    (name) => name === '::1' || hostName.test(name),
  );
  const names = [...new Set([...configured.names, ...(said?.names ?? []), ...own])];
  return { cluster: said?.cluster ?? cluster, names };
}

/** undefined: nothing was said. */
function readSettings(folder: IdentityFolder): NodeSettings | undefined {
  const text = folder.read(settingsFile);
  if (text === undefined) return undefined;
  try {
    const fields = new Map<string, unknown>(Object.entries(Object(JSON.parse(text))));
    const [cluster, names] = [fields.get('cluster'), fields.get('names')];
    if (typeof cluster !== 'string' || !Array.isArray(names)) throw new Error('cluster or names is missing');
    return { cluster, names: names.map(String) };
  } catch (error) {
    throw new StartError(
      `${folder.path}/${settingsFile}: ${errorMessage(error)}`,
      'Write {"cluster": "NAME", "names": []} into it.',
      { cause: error },
    );
  }
}
