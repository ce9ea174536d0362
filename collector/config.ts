// The collector's configuration: one schema for checking, for the sample file and for the reference page.
import { type Static, Type } from 'typebox';
import { type Address, parseAddress } from '../shared/address.ts';
import { LogLevelSchema, readConfigFile, resolveConfig } from '../shared/config.ts';
import { durationPattern, parseDuration } from '../shared/duration.ts';
import { StartError } from '../shared/errors.ts';

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
    grpc: Type.String({
      default: '127.0.0.1:7301',
      description: 'HOST:PORT for agents; port 0 picks a free one',
    }),
    tokenFile: Type.String({
      default: '',
      description:
        'path of a file whose first line every API request must carry as bearer token; empty: none is asked for',
    }),
    retention: Type.String({
      default: '7d',
      pattern: durationPattern,
      description: 'a duration from 1h to 3650d',
    }),
    webRoot: Type.String({
      default: '',
      description: 'folder of the built console; empty: the one that came with the program',
    }),
    log: LogLevelSchema,
  },
  { additionalProperties: false },
);

export interface CollectorConfig
  extends Omit<Static<typeof CollectorConfigSchema>, 'http' | 'grpc' | 'retention'> {
  readonly http: Address;
  readonly grpc: Address;
  readonly retentionMs: number;
}

/** Throws StartError that names the key and what is allowed there. */
export function loadCollectorConfig(
  path: string | undefined,
  flags: Record<string, unknown>,
): CollectorConfig {
  const config = resolveConfig(CollectorConfigSchema, readConfigFile(path), flags);
  const retentionMs = parseDuration(config.retention) ?? 0;
  if (retentionMs < 3_600_000 || retentionMs > 3650 * 86_400_000) {
    throw new StartError(
      `configuration key retention: ${config.retention} is outside of what is possible`,
      'Allowed: a duration from 1h to 3650d.',
    );
  }
  const http = addressOf('http', config.http);
  const grpc = addressOf('grpc', config.grpc);
  return Object.freeze({ ...config, http, grpc, retentionMs });
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
