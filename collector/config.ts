// The collector's configuration: one schema for checking, for the sample file and for the reference page.
import { type Static, Type } from 'typebox';
import { type Address, parseAddress } from '../shared/address.ts';
import { LogLevelSchema, readConfigFile, resolveConfig } from '../shared/config.ts';
import { durationPattern, parseDuration } from '../shared/duration.ts';
import { StartError } from '../shared/errors.ts';
import { clusterNamePattern } from '../shared/identity/node-uri.ts';
import { requirePlainLoopback } from '../shared/loopback-only.ts';
import type { ClassRule } from '../shared/stacks/function-class.ts';
import { agentLimits } from './grpc/connection-limits.ts';
import { type PeopleConfig, PeopleSchema, peopleConfigOf } from './people-config.ts';
import { readFunctionClasses } from './query/profiles/function-classes.ts';

/** Below it the log and one hour would not fit. */
const leastBudgetGiB = 0.25;
const gibibyte = 1024 ** 3;
const hostPattern = '^(?:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)$';

export const CollectorConfigSchema = Type.Object(
  {
    dataDir: Type.String({
      default: '/var/lib/jidi-collector',
      minLength: 1,
      description: 'folder that holds everything the collector keeps',
    }),
    http: Type.String({
      default: '127.0.0.1:7300',
      description: 'HOST:PORT for people and scripts; port 0 picks a free one',
    }),
    cluster: Type.String({
      default: 'cluster',
      pattern: clusterNamePattern,
      description:
        'name of the cluster, lower-case letters, digits and dash; certificates of nodes carry it, so it stays as it is',
    }),
    names: Type.Array(
      Type.String({
        pattern: hostPattern,
        description: 'a DNS name or an IP address',
      }),
      {
        default: [],
        maxItems: 32,
        description:
          'DNS names and IP addresses under which agents reach this collector, beside those of the loopback: its certificate says them',
      },
    ),
    agents: Type.String({
      default: '127.0.0.1:7301',
      description: 'HOST:PORT for agents, by TLS with certificates of both; port 0 picks a free one',
    }),
    enrolment: Type.String({
      default: '127.0.0.1:7302',
      description: 'HOST:PORT for agents that have no certificate yet; port 0 picks a free one',
    }),
    plainAgents: Type.String({
      default: '',
      description:
        'HOST:PORT of the loopback for agents without certificates, for tests and simulations on one machine; empty: none',
    }),
    connections: Type.Object(
      {
        most: Type.Integer({
          default: agentLimits.connections,
          minimum: 1,
          maximum: 100_000,
          description: 'how many connections of agents may be open; each agent has one',
        }),
        perAddress: Type.Integer({
          default: agentLimits.connectionsPerAddress,
          minimum: 1,
          maximum: 100_000,
          description: 'how many of them may come from one address; the loopback has no bound of its own',
        }),
        relays: Type.Array(Type.String({ pattern: hostPattern, description: 'an IP address' }), {
          default: [],
          maxItems: 1024,
          description:
            'IP addresses behind which there are many nodes: those have no bound of their own, either',
        }),
      },
      { default: {}, additionalProperties: false },
    ),
    people: PeopleSchema,
    retention: Type.Object(
      {
        raw: retentionKey('7d', 'samples as they came, and processes'),
        minute: retentionKey('90d', 'samples rolled up to one minute'),
        tenMinutes: retentionKey('730d', 'samples rolled up to ten minutes'),
        profiles: retentionKey('90d', 'profiles and their stacks'),
        continuous: retentionKey('14d', 'windows of continuous profiles and their stacks'),
        records: retentionKey('90d', 'commands and declared losses'),
      },
      { default: {}, additionalProperties: false },
    ),
    diskBudgetGiB: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1_048_576,
      description:
        'at least 0.25: what the data folder may take; before it is exceeded, the oldest of the finest data leaves early; ' +
        '0: no bound but the disk',
    }),
    maxNodes: Type.Integer({
      default: 20_000,
      minimum: 1,
      maximum: 100_000,
      description:
        'how many nodes may be known; an agent of one more is turned away. A node of which nothing is kept any more is forgotten',
    }),
    functionClassesFile: Type.String({
      default: '',
      description:
        'YAML file that says what kind of work a function is (MPI, I/O, own code …); empty: the one that came with the program',
    }),
    webRoot: Type.String({
      default: '',
      description: 'folder of the built console; empty: the one that came with the program',
    }),
    log: LogLevelSchema,
  },
  { additionalProperties: false },
);

type RetentionConfig = Static<typeof CollectorConfigSchema>['retention'];

export interface CollectorConfig
  extends Omit<
    Static<typeof CollectorConfigSchema>,
    'http' | 'people' | 'agents' | 'enrolment' | 'plainAgents' | 'retention' | 'diskBudgetGiB'
  > {
  readonly http: Address;
  readonly people: PeopleConfig;
  readonly agents: Address;
  readonly enrolment: Address;
  /** null: none. */
  readonly plainAgents: Address | null;
  readonly retentionMs: Readonly<Record<keyof RetentionConfig, number>>;
  /** null: no bound but the disk. */
  readonly diskBudgetBytes: number | null;
  readonly functionClasses: readonly ClassRule[];
}

function retentionKey(byDefault: string, what: string) {
  return Type.String({
    default: byDefault,
    pattern: durationPattern,
    description: `a duration from 1h to 3650d: ${what}`,
  });
}

/** Throws StartError that names the key and what is allowed there. `runtimeDir`: of the service, as its manager says. */
export function loadCollectorConfig(
  path: string | undefined,
  flags: Record<string, unknown>,
  runtimeDir?: string,
): CollectorConfig {
  const config = resolveConfig(CollectorConfigSchema, readConfigFile(path), flags);
  const http = addressOf('http', config.http);
  const people = peopleConfigOf(config.people, { ...config, http, runtimeDir });
  const listeners = listenersOf(config);
  const { raw, minute, tenMinutes, profiles, continuous, records } = config.retention;
  const retentionMs = {
    raw: retentionOf('raw', raw),
    minute: retentionOf('minute', minute),
    tenMinutes: retentionOf('tenMinutes', tenMinutes),
    profiles: retentionOf('profiles', profiles),
    continuous: retentionOf('continuous', continuous),
    records: retentionOf('records', records),
  };
  const diskBudgetBytes = budgetOf(config.diskBudgetGiB);
  const functionClasses = classesOf(config.functionClassesFile);
  return Object.freeze({
    ...config,
    http,
    people,
    ...listeners,
    retentionMs,
    diskBudgetBytes,
    functionClasses,
  });
}

type Listeners = Pick<CollectorConfig, 'agents' | 'enrolment' | 'plainAgents'>;

function listenersOf(config: Static<typeof CollectorConfigSchema>): Listeners {
  const plainAgents = config.plainAgents === '' ? null : addressOf('plainAgents', config.plainAgents);
  if (plainAgents !== null) requirePlainLoopback(plainAgents);
  return {
    agents: addressOf('agents', config.agents),
    enrolment: addressOf('enrolment', config.enrolment),
    plainAgents,
  };
}

function retentionOf(key: string, text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms >= 3_600_000 && ms <= 3650 * 86_400_000) return ms;
  throw new StartError(
    `configuration key retention.${key}: ${text} is outside of what is possible`,
    'Allowed: a duration from 1h to 3650d.',
  );
}

function classesOf(file: string): readonly ClassRule[] {
  try {
    return readFunctionClasses(file);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new StartError(`configuration key functionClassesFile: ${error.message}`, error.remedy, {
      cause: error,
    });
  }
}

function budgetOf(gibibytes: number): number | null {
  if (gibibytes === 0) return null;
  if (gibibytes >= leastBudgetGiB) return Math.round(gibibytes * gibibyte);
  throw new StartError(
    `configuration key diskBudgetGiB: ${gibibytes} is too small`,
    `Allowed: at least ${leastBudgetGiB}, or 0 for no bound but the disk.`,
  );
}

function addressOf(key: string, text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) {
    throw new StartError(
      `configuration key ${key}: ${text} is no address`,
      'Allowed: HOST:PORT or [IPv6]:PORT, e.g. 127.0.0.1:7300.',
    );
  }
  return address;
}
