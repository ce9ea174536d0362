// `npm start`: builds the console where it is not fresh, starts a collector, lets this machine join it and starts its agent,
// prints where to look, restarts what dies, and stops both on Ctrl-C. Everything it keeps lies in one folder that it names.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadAgentConfig } from '../agent/config.ts';
import { makeFolder } from '../shared/folders.ts';
import { buildWeb } from './build-web.ts';
import { enrolAgent } from './enrol-agent.ts';
import { makeLoginLink } from './login-link.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { Supervised } from './supervised.ts';

const root = join(import.meta.dirname, '..');
const usage = `Use: npm start -- [--data DIR] [--http HOST:PORT] [--agents HOST:PORT] [--enrolment HOST:PORT]
                 [--grpc HOST:PORT, plain text beside it] [--interval 5s]
                 [--node NAME] [--role compute|login|manager] [--policy FILE] [--log error|warn|info|debug] [--login required|none]
                 [--agent-config FILE] [--collector-config FILE]`;

const flags = readFlags();
/** npm runs scripts in the checkout. */
const callFolder = process.env['INIT_CWD'] ?? process.cwd();
const dataDir = resolve(callFolder, flags.data);
await main();

async function main(): Promise<void> {
  prepareFolder();
  const { node } = loadAgentConfig(fileOf(flags['agent-config']), { node: flags.node });
  const stateDir = join(dataDir, 'agent');
  await buildWeb(join(root, 'build/web'));
  const collector = new Supervised({
    name: 'collector',
    program: join(root, 'collector/main.ts'),
    readyLine: 'console',
    args: (told) => [
      ...configFlag(flags['collector-config']),
      `--data=${join(dataDir, 'collector')}`,
      `--log=${flags.log}`,
      `--login=${flags.login}`,
      // A restarted collector must be found where it was, also when port 0 had chosen.
      `--http=${told.get('console')?.replace(/^http:\/\/|\/$/g, '') ?? flags.http}`,
      `--agents=${told.get('agents') ?? flags.agents}`,
      `--enrolment=${told.get('enrolment') ?? flags.enrolment}`,
      ...(flags.grpc === undefined ? [] : [`--grpc=${told.get('plain') ?? flags.grpc}`]),
    ],
  });
  const agent = new Supervised({
    name: 'agent',
    program: join(root, 'agent/main.ts'),
    readyLine: 'node',
    args: () => [
      `--collector=${collector.told.get('agents') ?? flags.agents}`,
      `--interval=${flags.interval}`,
      `--run=${join(dataDir, 'run')}`,
      `--state=${stateDir}`,
      '--executor=child',
      '--profiler=child',
      `--policy=${flags.policy ?? join(dataDir, 'policy.json')}`,
      `--log=${flags.log}`,
      ...configFlag(flags['agent-config']),
      ...(flags.role === undefined ? [] : [`--role=${flags.role}`]),
      `--node=${node}`,
    ],
  });
  stopOnSignal([agent, collector]);
  await collector.start();
  await enrolAgent({
    adminSocket: join(dataDir, 'collector/run/admin.sock'),
    collector: collector.told.get('agents') ?? '',
    enrolment: collector.told.get('enrolment') ?? '',
    node,
    stateDir,
    program: join(root, 'agent/main.ts'),
  });
  await agent.start();
  await tell(collector, agent);
}

/** A file of settings; what is told here on the command line comes before it. */
function configFlag(file: string | undefined): readonly string[] {
  const path = fileOf(file);
  return path === undefined ? [] : [`--config=${path}`];
}

function fileOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(callFolder, file);
}

function prepareFolder(): void {
  try {
    makeFolder(dataDir);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(
      `jidi: the data folder ${dataDir} cannot be made: ${why}\nName another one: npm start -- --data DIR`,
    );
    process.exit(1);
  }
}

async function tell(collector: Supervised, agent: Supervised): Promise<void> {
  const url = collector.told.get('console') ?? '';
  console.log(`data: ${dataDir}`);
  const doors = `agents at ${collector.told.get('agents')}, nodes join at ${collector.told.get('enrolment')}`;
  console.log(`collector: pid ${collector.pid}, ${doors}`);
  const plain = collector.told.get('plain');
  if (plain !== undefined) console.log(`plain: ${plain}`);
  console.log(`agent: pid ${agent.pid}, node ${agent.told.get('node')}, every ${flags.interval}`);
  console.log(`console: ${url}`);
  if (flags.login === 'required') {
    const socket = join(dataDir, 'collector/run/admin.sock');
    console.log(`login: ${new URL(await makeLoginLink(socket), url).href}`);
    console.log(
      '\nOpen the login link in a browser; it works once. Or ask from another terminal, in this folder:',
    );
    console.log(`  export JIDI_SOCKET=${socket}`);
  } else {
    console.log('\nOpen the console in a browser, or ask from another terminal, in this folder:');
    if (url !== 'http://127.0.0.1:7300/') console.log(`  export JIDI_URL=${url}`);
  }
  console.log(`  npx jidi node ls\nCtrl-C stops both, as does: kill ${process.pid}`);
}

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        data: { type: 'string', default: 'data' },
        http: { type: 'string', default: '127.0.0.1:7300' },
        agents: { type: 'string', default: '127.0.0.1:7301' },
        enrolment: { type: 'string', default: '127.0.0.1:7302' },
        grpc: { type: 'string' },
        interval: { type: 'string', default: '5s' },
        login: { type: 'string', default: 'required' },
        policy: { type: 'string' },
        'agent-config': { type: 'string' },
        'collector-config': { type: 'string' },
        node: { type: 'string' },
        role: { type: 'string' },
        log: { type: 'string', default: 'warn' },
      },
    });
    if (!values.help) return values;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`jidi: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}
