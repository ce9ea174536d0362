// What people may do. A role is a set of permissions; a token has some of those of its owner.

/** `user` sees the jobs, processes and profiles that are its own, and the nodes while they run there. */
export type Role = 'user' | 'viewer' | 'operator' | 'admin' | 'auditor';

export const roles: readonly Role[] = ['user', 'viewer', 'operator', 'admin', 'auditor'];

/**
 * `cluster:read` nodes, metrics, live updates; `process:read` processes; `command-line:read` what they were started with;
 * `profile:read`, `profile:write` profiles; `command:read`, `command:run` orders to nodes; `audit:read` the audit log;
 * `identity:manage` accounts, tokens of others, nodes that join. Everybody manages the own session and own tokens.
 */
export type Permission =
  | 'cluster:read'
  | 'process:read'
  | 'command-line:read'
  | 'profile:read'
  | 'profile:write'
  | 'command:read'
  | 'command:run'
  | 'audit:read'
  | 'identity:manage';

const reading = ['cluster:read', 'process:read', 'profile:read'] as const;
const operating = [...reading, 'command-line:read', 'profile:write', 'command:read', 'command:run'] as const;

/** `user` has its permissions for what is its own. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  user: [...reading, 'command-line:read', 'profile:write'],
  viewer: [...reading, 'command:read'],
  operator: operating,
  admin: [...operating, 'audit:read', 'identity:manage'],
  auditor: ['command:read', 'audit:read'],
};

/** Who asks. */
export interface Principal {
  /** Account name, as the cluster knows the user: by it a `user` owns jobs and processes. */
  readonly name: string;
  readonly role: Role;
  /** Those of the role, or fewer where a token stands for it. */
  readonly permissions: readonly Permission[];
  /** How it came in: `session`, `token NAME`, `socket` (root on the collector's host) or `local` (no login is asked for). */
  readonly via: string;
}
