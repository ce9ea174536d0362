// Who may ask what: for each row of the policy a request, the roles that may make it, and what they are answered then. Written out, not
// derived: a right that somebody gets by mistake shows here.
import type { Role } from '../../../shared/model/role.ts';

export interface MatrixRow {
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  /** `public`: also those who are nobody. */
  readonly may: readonly Role[] | 'public';
  /** `any`: whatever it is, it is no refusal. */
  readonly status: number | 'any';
}

const everybody: readonly Role[] = ['user', 'viewer', 'operator', 'admin', 'auditor'];
const readers: readonly Role[] = ['user', 'viewer', 'operator', 'admin'];
const profilers: readonly Role[] = ['user', 'operator', 'admin'];
const overseers: readonly Role[] = ['viewer', 'operator', 'admin', 'auditor'];
const operators: readonly Role[] = ['operator', 'admin'];
const admins: readonly Role[] = ['admin'];
const auditors: readonly Role[] = ['admin', 'auditor'];

const range = 'from=-2m&step=10s';

function row(may: MatrixRow['may'], path: string, status: MatrixRow['status'], body?: unknown): MatrixRow {
  return { may, path, status, ...(body === undefined ? {} : { body }) };
}

const api = (
  may: MatrixRow['may'],
  path: string,
  status: MatrixRow['status'] = 200,
  body?: unknown,
): MatrixRow => row(may, `/api/v1${path}`, status, body);

export const matrix: Readonly<Record<string, MatrixRow>> = {
  'GET /': row('public', '/', 200),
  'GET /*': row('public', '/no/such.file', 404),
  'GET /-/healthy': row('public', '/-/healthy', 200),
  'GET /-/ready': row('public', '/-/ready', 200),
  'GET /metrics': row(readers, '/metrics', 200),
  'GET /api/v1/openapi.json': api(everybody, '/openapi.json'),

  'POST /api/v1/session': api('public', '/session', 'any', { name: 'zed', password: 'not the password' }),
  'POST /api/v1/session/link': api('public', '/session/link', 'any', { code: 'no-such-code' }),
  'GET /api/v1/session': api(everybody, '/session'),
  'DELETE /api/v1/session': api(everybody, '/session', 204),
  // A token is no session.
  'POST /api/v1/session/password': api(everybody, '/session/password', 403, {
    wanted: 'a long new password',
  }),
  'GET /api/v1/tokens': api(everybody, '/tokens'),
  'POST /api/v1/tokens': api(everybody, '/tokens', 403, { name: 'another' }),
  'DELETE /api/v1/tokens/:id': api(everybody, '/tokens/none', 404),
  'GET /api/v1/accounts': api(admins, '/accounts'),
  'POST /api/v1/accounts': api(admins, '/accounts', 201, { name: 'carol', role: 'user' }),
  'PATCH /api/v1/accounts/:name': api(admins, '/accounts/zed', 404, { role: 'user' }),
  'DELETE /api/v1/accounts/:name': api(admins, '/accounts/zed', 404),
  'POST /api/v1/accounts/:name/link': api(admins, '/accounts/zed/link', 404, {}),
  'GET /api/v1/node-tokens': api(admins, '/node-tokens'),
  'POST /api/v1/node-tokens': api(admins, '/node-tokens', 400, {}),
  'POST /api/v1/node-tokens/remove': api(admins, '/node-tokens/remove', 400, {}),
  'GET /api/v1/node-requests': api(admins, '/node-requests'),
  'POST /api/v1/node-requests/:name/approve': api(admins, '/node-requests/n9/approve', 'any'),
  'POST /api/v1/node-requests/:name/reject': api(admins, '/node-requests/n9/reject', 'any'),
  'GET /api/v1/node-certificates': api(admins, '/node-certificates'),
  'POST /api/v1/node-certificates/:name/revoke': api(admins, '/node-certificates/n9/revoke', 'any'),

  'GET /api/v1/nodes': api(readers, '/nodes'),
  'GET /api/v1/nodes/:name': api(readers, '/nodes/n-alice'),
  'GET /api/v1/map': api(readers, '/map'),
  'GET /api/v1/nodes/:name/metrics': api(readers, `/nodes/n-both/metrics?metric=node_load1&${range}`),
  'GET /api/v1/nodes/:name/metrics/names': api(readers, '/nodes/n-both/metrics/names'),
  'GET /api/v1/metrics': api(readers, `/metrics?nodes=n-both&metric=node_load1&${range}`),
  'GET /api/v1/range': api(readers, `/range?nodes=n-both&metrics=node_load1,jidi_job_memory_bytes&${range}`),
  'GET /api/v1/latest': api(readers, '/latest'),
  'GET /api/v1/top': api(readers, '/top?metric=jidi_job_memory_bytes&of=series'),
  'GET /api/v1/events': api(readers, '/events'),
  'GET /api/v1/nodes/:name/processes': api(readers, '/nodes/n-both/processes'),
  'GET /api/v1/processes': api(readers, '/processes?nodes=n-both,login&from=-2m'),

  'GET /api/v1/profiles': api(readers, '/profiles'),
  'GET /api/v1/profiles/:id': api(readers, '/profiles/prf-alice-pid'),
  'GET /api/v1/profiles/:id/parts': api(readers, '/profiles/prf-alice-wide/parts'),
  'GET /api/v1/profiles/:id/functions': api(readers, '/profiles/prf-alice-pid/functions'),
  'GET /api/v1/profiles/:id/stacks': api(readers, '/profiles/prf-alice-pid/stacks'),
  'GET /api/v1/profiles/:id/difference': api(
    readers,
    '/profiles/prf-alice-pid/difference?base=prf-alice-job',
  ),
  'GET /api/v1/profiles/:id/timeline': api(readers, '/profiles/prf-alice-pid/timeline'),
  'GET /api/v1/profiles/:id/spread': api(readers, '/profiles/prf-alice-pid/spread'),
  'GET /api/v1/profiles/:id/export': api(readers, '/profiles/prf-alice-pid/export?format=speedscope'),
  'POST /api/v1/profiles': api(profilers, '/profiles', 201, { nodes: 'n-both', pid: 1001 }),
  'POST /api/v1/profiles/import': {
    ...api(profilers, '/profiles/import?format=folded&name=run', 201, 'main;solve 7\n'),
    type: 'text/plain',
  },
  'POST /api/v1/profiles/:id/stop': api(profilers, '/profiles/prf-alice-file/stop', 409),
  'DELETE /api/v1/profiles/:id': api(profilers, '/profiles/prf-none', 404),
  'GET /api/v1/continuous-profiles': api(readers, '/continuous-profiles'),
  'GET /api/v1/continuous-profiles/:id': api(readers, '/continuous-profiles/con-alice'),
  'GET /api/v1/continuous-profiles/:id/windows': api(readers, '/continuous-profiles/con-alice/windows'),
  'GET /api/v1/continuous-profiles/:id/stacks': api(readers, '/continuous-profiles/con-alice/stacks'),
  'POST /api/v1/continuous-profiles': api(profilers, '/continuous-profiles', 404, { job: 'no-such-job' }),
  'POST /api/v1/continuous-profiles/:id/stop': api(profilers, '/continuous-profiles/con-none/stop', 404),

  'GET /api/v1/actions': api(overseers, '/actions'),
  'GET /api/v1/commands': api(overseers, '/commands'),
  'GET /api/v1/commands/:id': api(overseers, '/commands/cmd-first'),
  'POST /api/v1/commands': api(operators, '/commands', 404, { nodes: 'n-idle', action: 'no-such-action' }),
  'POST /api/v1/commands/:id/cancel': api(operators, '/commands/cmd-none/cancel', 404),
  'GET /api/v1/audit': api(auditors, '/audit'),
};

/** Requests that name something: `{}` stands for a name or id. */
export interface Naming {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
}

const ofNodes: readonly Naming[] = [
  '/nodes/{}',
  '/nodes/{}/metrics?metric=node_load1',
  '/nodes/{}/metrics?metric=node_load1&rate=true',
  '/nodes/{}/metrics/names',
  '/nodes/{}/processes',
  '/nodes/{}/processes?at=-1m',
  '/metrics?metric=node_load1&nodes={}',
  '/metrics?metric=node_load1&nodes=n-both,{}',
  '/range?metrics=node_load1&nodes={}',
  '/latest?nodes={}',
  '/top?metric=node_load1&nodes={}',
  '/top?metric=node_load1&nodes={}&from=-2m',
  '/processes?nodes={}',
  '/profiles?node={}',
].map((path) => ({ path }));

const ofProfiles: readonly Naming[] = [
  ...['', '/parts', '/functions', '/stacks', '/stacks?pid=2002', '/timeline', '/spread'].map((view) => ({
    path: `/profiles/{}${view}`,
  })),
  ...['folded', 'pprof', 'speedscope', 'svg'].map((format) => ({
    path: `/profiles/{}/export?format=${format}`,
  })),
  { path: '/profiles/{}/difference?base=prf-alice-job' },
  { path: '/profiles/{}/difference' },
  { path: '/profiles/prf-alice-job/difference?base={}' },
  { path: '/profiles/prf-alice-job/difference?base={}&ranks=slowest' },
  { path: '/profiles/{}/stop', method: 'POST' },
  { path: '/profiles/{}', method: 'DELETE' },
];

const ofContinuous: readonly Naming[] = [
  { path: '/continuous-profiles/{}' },
  { path: '/continuous-profiles/{}/windows' },
  { path: '/continuous-profiles/{}/stacks' },
  { path: '/continuous-profiles/{}/stop', method: 'POST' },
];

const ofJobs: readonly Naming[] = [
  { path: '/nodes/n-both/processes?job={}' },
  { path: '/processes?nodes=n-both&job={}' },
  { path: '/metrics?nodes=n-both&metric=jidi_job_memory_bytes&match=job%3D{}' },
  { path: '/range?nodes=n-both&metrics=jidi_job_memory_bytes{job%3D{}}' },
  { path: '/latest?metrics=jidi_job_memory_bytes{job%3D{}}' },
  ...['{"job":"{}"}', '{"job":"{}","nodes":"n-both"}'].map((body) => ({
    path: '/profiles',
    method: 'POST',
    body,
  })),
  ...['{"job":"{}"}', '{"job":"{}","nodes":"n-both","window":30}'].map((body) => ({
    path: '/continuous-profiles',
    method: 'POST',
    body,
  })),
];

const orders: readonly Naming[] = ['{"nodes":"{}","pid":2002}', '{"nodes":"{}","job":"ja-71"}'].map(
  (body) => ({
    path: '/profiles',
    method: 'POST',
    body,
  }),
);

/** [a stranger's, one that does not exist, the requests that name it]. */
export const namings: readonly (readonly [foreign: string, missing: string, readonly Naming[]])[] = [
  ['n-bob', 'n-nob', [...ofNodes, ...orders]],
  ['n-idle', 'n-none', [...ofNodes, ...orders]],
  ['jb-92', 'jx-00', ofJobs],
  ['prf-bob-pid', 'prf-xxx-pid', ofProfiles],
  ['prf-bob-job', 'prf-xxx-job', ofProfiles],
  ['prf-bob-wide', 'prf-xxx-wide', ofProfiles],
  ['prf-bob-part', 'prf-xxx-part', ofProfiles],
  ['prf-bob-window', 'prf-xxx-window', ofProfiles],
  ['prf-bob-file', 'prf-xxx-file', ofProfiles],
  ['prf-node-all', 'prf-none-all', ofProfiles],
  ['con-bob', 'con-xxx', ofContinuous],
  ['2002', '2999', [{ path: '/profiles', method: 'POST', body: '{"nodes":"n-both","pid":{}}' }]],
];
