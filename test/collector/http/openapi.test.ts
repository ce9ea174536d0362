import { describe, expect, it } from 'vitest';
import { runServer } from './running-server.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function describeApi(): Promise<Description> {
  const { ask } = await runServer();
  return JSON.parse((await ask('/api/v1/openapi.json')).text);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

describe('the description of the API', () => {
  it('names every route', async () => {
    const { openapi, info, paths } = await describeApi();
    expect({ openapi, version: info.version }).toEqual({ openapi: '3.1.0', version: '1.2.3' });
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    expect(routes.sort()).toEqual(
      [
        'POST /session',
        'GET /session',
        'DELETE /session',
        'POST /session/link',
        'POST /session/password',
        'GET /accounts',
        'POST /accounts',
        'PATCH /accounts/{name}',
        'DELETE /accounts/{name}',
        'POST /accounts/{name}/link',
        'GET /tokens',
        'POST /tokens',
        'DELETE /tokens/{id}',
        'GET /node-tokens',
        'POST /node-tokens',
        'POST /node-tokens/remove',
        'GET /node-requests',
        'POST /node-requests/{name}/approve',
        'POST /node-requests/{name}/reject',
        'GET /node-certificates',
        'POST /node-certificates/{name}/revoke',
        'GET /latest',
        'GET /nodes',
        'GET /processes',
        'GET /range',
        'GET /top',
        'GET /nodes/{name}',
        'GET /nodes/{name}/metrics',
        'GET /nodes/{name}/metrics/names',
        'GET /metrics',
        'GET /metrics',
        'GET /nodes/{name}/processes',
        'GET /map',
        'GET /events',
        'POST /profiles',
        'GET /profiles',
        'POST /profiles/import',
        'GET /profiles/{id}',
        'DELETE /profiles/{id}',
        'POST /profiles/{id}/stop',
        'GET /profiles/{id}/difference',
        'GET /profiles/{id}/export',
        'GET /profiles/{id}/functions',
        'GET /profiles/{id}/parts',
        'GET /profiles/{id}/spread',
        'GET /profiles/{id}/stacks',
        'GET /profiles/{id}/timeline',
        'POST /continuous-profiles',
        'GET /continuous-profiles',
        'GET /continuous-profiles/{id}',
        'POST /continuous-profiles/{id}/stop',
        'GET /continuous-profiles/{id}/stacks',
        'GET /continuous-profiles/{id}/windows',
        'GET /actions',
        'GET /audit',
        'POST /commands',
        'GET /commands',
        'GET /commands/{id}',
        'POST /commands/{id}/cancel',
        'GET /openapi.json',
        'GET /-/healthy',
        'GET /-/ready',
      ].sort(),
    );
  });

  it('gives every route a summary, a tag, an answer and the problems', async () => {
    const { paths } = await describeApi();
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(operation.tags).toHaveLength(1);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['4XX', '5XX']));
      expect(Object.keys(operation.responses).some((status) => /^20[014]$/.test(status))).toBe(true);
    }
  });

  it('refers only to what it contains, and names every object once', async () => {
    const description = await describeApi();
    const names = Object.keys(description.components.schemas);
    const targets = new Set(referencesIn(description));
    for (const target of targets) {
      expect(names).toContain(target.replace('#/components/schemas/', ''));
    }
    expect(targets).toContain('#/components/schemas/StackNode');
    expect(targets).toContain('#/components/schemas/Problem');
    expect(names.filter((name) => name.startsWith('def-'))).toEqual([]);
  });
});
