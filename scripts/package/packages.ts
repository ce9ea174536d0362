// What there is to install: three packages, each complete in itself with a Node.js of its own. In: nothing. Out: what each
// holds, needs and says of itself. How they are put together stands in stage.ts, how they are wrapped in deb.ts and rpm.ts.

export type PackageName = 'jidi-agent' | 'jidi-collector' | 'jidi-cli';

export interface PackagePlan {
  readonly name: PackageName;
  readonly summary: string;
  readonly description: string;
  /** Folders of the build that it holds, below /usr/lib/NAME. */
  readonly parts: readonly string[];
  /** npm packages that lie beside the bundles because they are compiled. */
  readonly addOns: readonly string[];
  /** Command in /usr/bin → script below packaging/NAME. */
  readonly commands: Readonly<Record<string, string>>;
  /** Files of systemd/: units, and programs that make some. Those that are there are shipped. */
  readonly units: readonly string[];
  /** What presets switch on; stopped on removal in this order. */
  readonly services: readonly string[];
  /** File in /etc/jidi → whose configuration. */
  readonly settings: Readonly<Record<string, 'agent' | 'collector' | 'policy'>>;
  readonly manualPages: readonly string[];
  readonly hasCompletions: boolean;
  readonly recommends: readonly string[];
  /** Another package that holds the same command. */
  readonly replaces?: PackageName;
  /** The file without which its service does not start. */
  readonly readyWith?: string;
  /** Said where that file is not there yet, and after it was purged. */
  readonly nextStep?: string;
  readonly leavings?: string;
}

export const packagePlans: readonly PackagePlan[] = [
  {
    name: 'jidi-agent',
    summary: 'measures a node of an HPC cluster and its processes',
    description:
      'The agent runs on every node of a cluster without any privilege: it measures the node and its processes, buffers and ' +
      'sends. Profiles of functions and typed commands are carried out by programs of their own, which systemd starts ' +
      'when they are needed and which the policy file of the node bounds.',
    parts: ['agent', 'executor'],
    addOns: [],
    commands: { 'jidi-agent': 'command.sh' },
    units: [
      'jidi-agent.service',
      'jidi-executor.socket',
      'jidi-executor.service',
      'jidi-profiler.socket',
      'jidi-profiler@.service',
      'jidi-profiler-generator',
      'run-jidi-quiet.mount',
    ],
    services: ['jidi-agent.service', 'jidi-executor.socket', 'jidi-profiler.socket', 'run-jidi-quiet.mount'],
    settings: { 'agent.yaml': 'agent', 'policy.json': 'policy' },
    manualPages: ['jidi-agent.8', 'jidi-agent.yaml.5'],
    hasCompletions: false,
    recommends: ['linux-perf | linux-tools-generic'],
    readyWith: '/var/lib/jidi/identity/node.pem',
    nextStep:
      'jidi-agent: this node has not joined a cluster yet, so the agent does not start. See jidi-agent(8), then: systemctl start jidi-agent',
    leavings:
      'jidi-agent: identity, buffer and audit log stay in /var/lib/jidi and /var/lib/jidi-executor, the user jidi stays.',
  },
  {
    name: 'jidi-collector',
    summary: 'collects, keeps and shows what the agents of an HPC cluster send',
    description:
      'The collector takes in what agents send, keeps it in files of its own, and answers: in a web console, on the command ' +
      'line (jidi) and over an HTTP API. One collector on a small machine serves 5,000 nodes.',
    parts: ['collector', 'cli', 'web'],
    addOns: ['better-sqlite3'],
    commands: { 'jidi-collector': 'command.sh', jidi: 'cli.sh' },
    units: ['jidi-collector.service'],
    services: ['jidi-collector.service'],
    settings: { 'collector.yaml': 'collector' },
    manualPages: ['jidi-collector.8', 'jidi-collector.yaml.5', 'jidi.1'],
    hasCompletions: true,
    recommends: [],
    replaces: 'jidi-cli',
    readyWith: '/var/lib/jidi-collector/identity/node-authority.pem',
    nextStep:
      'jidi-collector: not initialised yet, so it does not start. Once: jidi-collector init, then: systemctl start jidi-collector',
    leavings:
      'jidi-collector: data and the keys of the cluster stay in /var/lib/jidi-collector, the user jidi-collector stays.',
  },
  {
    name: 'jidi-cli',
    summary: 'asks a jidi collector about an HPC cluster, on the command line',
    description:
      'jidi lists nodes, shows metrics and processes, starts and reads profiles and runs typed commands on node sets. It ' +
      'speaks to the collector over HTTP. On the machine of the collector it is there already.',
    parts: ['cli'],
    addOns: [],
    commands: { jidi: 'cli.sh' },
    units: [],
    services: [],
    settings: {},
    manualPages: ['jidi.1'],
    hasCompletions: true,
    recommends: [],
  },
];

/** How the world outside calls a kind of machine. */
export interface Architecture {
  /** As Node.js says. */
  readonly node: 'x64' | 'arm64';
  readonly deb: string;
  readonly rpm: string;
}

export const architectures: readonly Architecture[] = [
  { node: 'x64', deb: 'amd64', rpm: 'x86_64' },
  { node: 'arm64', deb: 'arm64', rpm: 'aarch64' },
];

export interface Release {
  readonly version: string;
  /** Of the packaging: counts up when the same version is packed again. */
  readonly revision: number;
  readonly timeSeconds: number;
  readonly architecture: Architecture;
}

export const maintainer = 'jidi maintainers <maintainers@jidi.example>';
export const owner = 'the jidi maintainers';
export const homepage = 'https://jidi.example/';
