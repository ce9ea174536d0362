// The agent's configuration: one schema for checking, for the sample file and for the reference page.
import { hostname } from 'node:os';
import { type Static, Type } from 'typebox';
import { parseAddress } from '../shared/address.ts';
import { LogLevelSchema, readConfigFile, resolveConfig } from '../shared/config.ts';
import { durationPattern, parseDuration } from '../shared/duration.ts';
import { StartError } from '../shared/errors.ts';
import { requireCollectorLoopback } from '../shared/loopback-only.ts';
import { nodeNamePattern } from '../shared/model/node.ts';

/** What the source of units takes. */
const unitPattern = '^[A-Za-z0-9_][A-Za-z0-9_:.@\\\\-]{0,119}$';

export const AgentConfigSchema = Type.Object(
  {
    node: Type.String({
      pattern: nodeNamePattern,
      description: 'name of this node, letters, digits, dot, dash, underscore; by default the host name',
    }),
    role: Type.Union([Type.Literal('compute'), Type.Literal('login'), Type.Literal('manager')], {
      default: 'compute',
      description: 'compute, login or manager',
    }),
    collectors: Type.Array(
      Type.String({ pattern: '^.+:[0-9]{1,5}$', description: 'HOST:PORT, [IPv6]:PORT' }),
      {
        default: ['127.0.0.1:7301'],
        minItems: 1,
        maxItems: 8,
        description:
          'HOST:PORT of the collector, of several the preferred one first: another is spoken to only while those before it do not answer',
      },
    ),
    plain: Type.Boolean({
      default: false,
      description:
        'true: without certificates, in plain text, to a collector on this very machine; for tests and simulations',
    }),
    interval: Type.String({
      default: '5s',
      pattern: durationPattern,
      description: 'a duration from 1s to 60s that divides a minute',
    }),
    runDir: Type.String({ default: '/run/jidi', minLength: 1, description: 'folder for sockets' }),
    stateDir: Type.String({
      default: '/var/lib/jidi',
      minLength: 1,
      description: 'folder for what must outlive a restart',
    }),
    buffer: Type.Object(
      {
        place: Type.Union([Type.Literal('auto'), Type.Literal('disk'), Type.Literal('memory')], {
          default: 'auto',
          description:
            'where measured data waits for the collector: disk (in stateDir), memory, or auto (memory where stateDir ' +
            'is no disk of this node or cannot be written)',
        }),
        sizeMiB: Type.Integer({
          default: 64,
          minimum: 4,
          maximum: 4096,
          description: '4 to 4096: how much of the disk it may take',
        }),
        memoryMiB: Type.Integer({
          default: 8,
          minimum: 1,
          maximum: 256,
          description: '1 to 256: how much memory it may take where there is no disk',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    budget: Type.Object(
      {
        cpuPercent: Type.Number({
          default: 0.5,
          minimum: 0.05,
          maximum: 100,
          description:
            '0.05 to 100: CPU time of the agent, % of one core over a minute; above it the interval widens',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    quiet: Type.Object(
      {
        jobs: Type.Union([Type.Literal('honour'), Type.Literal('ignore')], {
          default: 'honour',
          description: 'honour (a job may ask its nodes to be quiet) or ignore',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    sources: Type.Object(
      {
        units: Type.Array(
          Type.String({
            pattern: unitPattern,
            description:
              'a name of at most 120 letters, digits, : _ . @ - \\; slurmd is slurmd.service, others end in ' +
              '.socket, .timer, .mount, .target, .path, .slice or .scope',
          }),
          {
            default: [],
            maxItems: 64,
            description:
              'at most 64 systemd units whose state is told; .service may be left out, e.g. [slurmd, scratch.mount]; ' +
              'empty: those of schedulers, munge and clocks',
          },
        ),
      },
      { default: {}, additionalProperties: false },
    ),
    profiler: Type.Object(
      {
        how: Type.Union([Type.Literal('child'), Type.Literal('socket')], {
          default: 'socket',
          description:
            'child (the agent runs it, with its own rights) or socket (a service listens in runDir)',
        }),
        perf: Type.String({
          default: '',
          description:
            'path of perf where how is child; empty: looked for in the usual places. A service is told by JIDI_PERF in its unit',
        }),
        concurrent: Type.Integer({
          default: 8,
          minimum: 0,
          maximum: 16,
          description: '0 to 16 profiles at once, those of continuous ones included',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    control: Type.Object(
      {
        executor: Type.Union([Type.Literal('child'), Type.Literal('socket'), Type.Literal('off')], {
          default: 'socket',
          description: 'child (the agent starts it), socket (a service listens in runDir) or off',
        }),
        policy: Type.String({
          default: '/etc/jidi/policy.json',
          minLength: 1,
          description: 'path of the policy file',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    log: LogLevelSchema,
  },
  { additionalProperties: false },
);

export type AgentConfig = Static<typeof AgentConfigSchema> & { readonly intervalMs: number };

/** Throws StartError that names the key and what is allowed there. */
export function loadAgentConfig(path: string | undefined, flags: Record<string, unknown>): AgentConfig {
  const config = resolveConfig(AgentConfigSchema, { node: hostname() }, readConfigFile(path), flags);
  const intervalMs = parseDuration(config.interval) ?? 0;
  if (intervalMs < 1000 || intervalMs > 60_000 || 60_000 % intervalMs !== 0) {
    throw new StartError(
      `configuration key interval: ${config.interval} is outside of what is possible`,
      'Allowed: a duration from 1s to 60s that divides a minute, e.g. 1s, 5s, 10s, 30s.',
    );
  }
  for (const collector of config.collectors) checkCollector(collector, config.plain);
  return Object.freeze({ ...config, intervalMs });
}

function checkCollector(collector: string, isPlain: boolean): void {
  const address = parseAddress(collector);
  if (address === undefined) {
    throw new StartError(
      `configuration key collectors: ${collector} is no address`,
      'Allowed: HOST:PORT, [IPv6]:PORT.',
    );
  }
  if (isPlain) requireCollectorLoopback(address);
}
