// Who may ask what: one row for each route. `public`: everybody; `self`: everybody who is somebody; else the permission that is
// needed. A route without a row stops the start.
// Whose data comes out of a route is decided behind it: a `user` gets what is its own.
import type { Permission } from '../../shared/model/role.ts';

export type Requirement = 'public' | 'self' | Permission;

export const policy: Readonly<Record<string, Requirement>> = {
  // The console is the same for everybody; what it shows comes from the API.
  'GET /': 'public',
  'GET /*': 'public',
  'GET /-/healthy': 'public',
  'GET /-/ready': 'public',
  'GET /metrics': 'cluster:read',
  'GET /api/v1/openapi.json': 'self',

  'POST /api/v1/session': 'public',
  'POST /api/v1/session/link': 'public',
  'GET /api/v1/session': 'self',
  'DELETE /api/v1/session': 'self',
  'POST /api/v1/session/password': 'self',
  'GET /api/v1/tokens': 'self',
  'POST /api/v1/tokens': 'self',
  'DELETE /api/v1/tokens/:id': 'self',
  'GET /api/v1/accounts': 'identity:manage',
  'POST /api/v1/accounts': 'identity:manage',
  'PATCH /api/v1/accounts/:name': 'identity:manage',
  'DELETE /api/v1/accounts/:name': 'identity:manage',
  'POST /api/v1/accounts/:name/link': 'identity:manage',

  'GET /api/v1/node-tokens': 'identity:manage',
  'POST /api/v1/node-tokens': 'identity:manage',
  'POST /api/v1/node-tokens/remove': 'identity:manage',
  'GET /api/v1/node-requests': 'identity:manage',
  'POST /api/v1/node-requests/:name/approve': 'identity:manage',
  'POST /api/v1/node-requests/:name/reject': 'identity:manage',
  'GET /api/v1/node-certificates': 'identity:manage',
  'POST /api/v1/node-certificates/:name/revoke': 'identity:manage',

  'GET /api/v1/nodes': 'cluster:read',
  'GET /api/v1/nodes/:name': 'cluster:read',
  'GET /api/v1/map': 'cluster:read',
  'GET /api/v1/nodes/:name/metrics': 'cluster:read',
  'GET /api/v1/nodes/:name/metrics/names': 'cluster:read',
  'GET /api/v1/metrics': 'cluster:read',
  'GET /api/v1/range': 'cluster:read',
  'GET /api/v1/latest': 'cluster:read',
  'GET /api/v1/top': 'cluster:read',
  'GET /api/v1/events': 'cluster:read',
  'GET /api/v1/nodes/:name/processes': 'process:read',
  'GET /api/v1/processes': 'process:read',

  'GET /api/v1/profiles': 'profile:read',
  'GET /api/v1/profiles/:id': 'profile:read',
  'GET /api/v1/profiles/:id/parts': 'profile:read',
  'GET /api/v1/profiles/:id/functions': 'profile:read',
  'GET /api/v1/profiles/:id/stacks': 'profile:read',
  'GET /api/v1/profiles/:id/difference': 'profile:read',
  'GET /api/v1/profiles/:id/timeline': 'profile:read',
  'GET /api/v1/profiles/:id/spread': 'profile:read',
  'GET /api/v1/profiles/:id/export': 'profile:read',
  'POST /api/v1/profiles': 'profile:write',
  'POST /api/v1/profiles/import': 'profile:write',
  'POST /api/v1/profiles/:id/stop': 'profile:write',
  'DELETE /api/v1/profiles/:id': 'profile:write',
  'GET /api/v1/continuous-profiles': 'profile:read',
  'GET /api/v1/continuous-profiles/:id': 'profile:read',
  'GET /api/v1/continuous-profiles/:id/windows': 'profile:read',
  'GET /api/v1/continuous-profiles/:id/stacks': 'profile:read',
  'POST /api/v1/continuous-profiles': 'profile:write',
  'POST /api/v1/continuous-profiles/:id/stop': 'profile:write',

  'GET /api/v1/actions': 'command:read',
  'GET /api/v1/commands': 'command:read',
  'GET /api/v1/commands/:id': 'command:read',
  'POST /api/v1/commands': 'command:run',
  'POST /api/v1/commands/:id/cancel': 'command:run',
  'GET /api/v1/audit': 'audit:read',
};

/** Either the built console or the text in its place is served. */
const consoleRows = ['GET /', 'GET /*'];

/** HEAD is GET without the body. */
export function requirementOf(method: string, route: string): Requirement | undefined {
  const row = `${method === 'HEAD' ? 'GET' : method} ${route}`;
  return Object.hasOwn(policy, row) ? policy[row] : undefined;
}

/** What is wrong with the table for these routes (`METHOD /path`), in words. */
export function policyFaults(
  routes: readonly string[],
  { rowsToo }: { readonly rowsToo: boolean },
): readonly string[] {
  const rows = Object.keys(policy);
  const isKnown = new Set(rows);
  const isServed = new Set(routes);
  const spare = rowsToo ? rows.filter((row) => !isServed.has(row) && !consoleRows.includes(row)) : [];
  return [
    ...routes.filter((route) => !isKnown.has(route)).map((route) => `${route}: no row in the policy`),
    ...spare.map((row) => `${row}: a row of the policy without a route`),
  ];
}
