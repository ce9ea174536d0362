// In: the roles and the policy of the HTTP API. Out: the page that says who may ask what.
import { policy, type Requirement } from '../../collector/http/policy.ts';
import { permissionsOf, roles } from '../../shared/model/role.ts';
import { code, page, section, table } from './markdown.ts';

const intro = [
  'Each account has one role; a role is a set of permissions. Every route has one row below; a route without a row stops the start',
  'of the collector. Without a login the answer is 401, without the permission 403. An API token has some of the permissions of',
  'its owner. What a `user` reads and writes is only what is its own; the filter is in the collector. How people come in:',
  '[people.md](../people.md).',
].join('\n');

const needs: Readonly<Record<string, string>> = { public: 'nothing', self: 'a login' };

export function rolesPage(): string {
  return page(
    'Roles and routes',
    intro,
    section('Roles', table(['Permission', ...roles], permissionRows())),
    section('Routes', table(['Route', 'Needs', ...roles], routeRows())),
  );
}

function permissionRows(): readonly (readonly string[])[] {
  return permissionsOf.admin.map((permission) => [
    code(permission),
    ...roles.map((role) =>
      permissionsOf[role].includes(permission) ? (role === 'user' ? 'own' : 'yes') : '',
    ),
  ]);
}

function routeRows(): readonly (readonly string[])[] {
  return Object.entries(policy).map(([route, requirement]) => [
    code(route),
    needs[requirement] ?? code(requirement),
    ...roles.map((role) => markOf(role, requirement)),
  ]);
}

function markOf(role: (typeof roles)[number], requirement: Requirement): string {
  if (requirement === 'public' || requirement === 'self') return 'yes';
  if (!permissionsOf[role].includes(requirement)) return '';
  return role === 'user' ? 'own' : 'yes';
}
