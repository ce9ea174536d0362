// What the doctor finds on the way to the collectors: the identity of the node, and whether each collector answers and is who
// it should be. In: the configuration. Out: findings. It connects and hangs up at once; it sends nothing.
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Address, parseAddress } from '../../shared/address.ts';
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import type { AgentConfig } from '../config.ts';
import { CredentialFolder } from '../identity/credential-folder.ts';
import type { NodeCredentials } from '../identity/node-credentials.ts';
import { sessionOptions } from '../uplink/security.ts';
import { type Finding, failed, good } from './finding.ts';

type Config = Pick<AgentConfig, 'collectors' | 'plain' | 'node' | 'stateDir'>;

const connectDeadlineMs = 3_000;
const joining = 'Let it join: jidi-agent join --collector HOST --ca-hash sha256:… --token-file FILE.';

/** `beside`: what helps one who looks at an agent of `npm start`. */
export async function examineCollectors(config: Config, beside: string): Promise<readonly Finding[]> {
  const { finding, credentials } = examineIdentity(config, beside);
  const collectors = config.collectors.map((collector) => collectorFinding(collector, credentials, beside));
  return [finding, ...(await Promise.all(collectors))];
}

function examineIdentity(
  { plain, node, stateDir }: Config,
  beside: string,
): { finding: Finding; credentials: NodeCredentials | null } {
  const subject = 'identity';
  if (plain)
    return {
      finding: good(subject, 'none, as configured: plain text, on this machine only'),
      credentials: null,
    };
  try {
    const credentials = new CredentialFolder(stateDir).read();
    return { finding: identityFinding(credentials, node, { stateDir, beside }), credentials };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { finding: failed(subject, error.message, error.remedy), credentials: null };
  }
}

function identityFinding(
  credentials: NodeCredentials | null,
  node: string,
  { stateDir, beside }: { stateDir: string; beside: string },
): Finding {
  const subject = 'identity';
  if (credentials === null)
    return failed(subject, `${stateDir}/identity: this node has not joined`, `${joining} ${beside}`);
  const { name, expiresMs } = credentials;
  const until = new Date(expiresMs).toISOString();
  if (expiresMs <= Date.now()) return failed(subject, `the certificate has expired at ${until}`, joining);
  if (name.node !== node) {
    return failed(
      subject,
      `it is of ${name.node}, and this node is called ${node}`,
      `Call it so: --node ${name.node}. ${joining}`,
    );
  }
  const hours = ((expiresMs - Date.now()) / 3_600_000).toFixed(1);
  return good(
    subject,
    `${name.node} of the cluster ${name.cluster}, good for ${hours} h, until ${until}; renewed by the agent`,
  );
}

async function collectorFinding(
  collector: string,
  credentials: NodeCredentials | null,
  beside: string,
): Promise<Finding> {
  const address = parseAddress(collector);
  if (address === undefined) return failed('collector', `${collector} is no address`, 'Write HOST:PORT.');
  const startedMs = performance.now();
  const trouble = await tryCollector(address, credentials);
  if (trouble === null) {
    return good('collector', `${collector} answers after ${(performance.now() - startedMs).toFixed(1)} ms`);
  }
  return failed(
    'collector',
    `${collector}: ${trouble}`,
    `Start jidi-collector there, name another with --collector HOST:PORT, or open the port on the way. ${beside}`,
  );
}

/** null when it answers, and with an identity: as one of its authorities says; else why not. */
function tryCollector({ host, port }: Address, credentials: NodeCredentials | null): Promise<string | null> {
  const options = { host, port, timeout: connectDeadlineMs };
  return new Promise((resolve) => {
    const socket =
      credentials === null
        ? connect(options)
        : connectTls({
            ...options,
            ...sessionOptions({
              key: credentials.key,
              cert: credentials.certificate,
              ca: credentials.authorities,
            }),
            ...(isIP(host) === 0 && { servername: host }),
          });
    const end = (trouble: string | null): void => {
      socket.destroy();
      resolve(trouble);
    };
    socket.once(credentials === null ? 'connect' : 'secureConnect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${connectDeadlineMs} ms`));
    socket.once('error', (error) => end(errorCode(error) ?? errorMessage(error)));
  });
}
