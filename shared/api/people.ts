// People of the API: who is logged in, accounts, tokens, login links.
import { type Static, type TLiteral, Type } from 'typebox';
import { type Permission, permissionsOf, type Role, roles } from '../model/role.ts';
import { NullableNumber } from './nullable.ts';

/** As the cluster knows its users: by it a person owns jobs and processes. */
export const accountNamePattern = '^[A-Za-z_][A-Za-z0-9_.-]{0,63}$';

const literals = <T extends string>(values: readonly T[]): TLiteral<T>[] =>
  values.map((value) => Type.Literal(value));
const RoleSchema = Type.Unsafe<Role>(
  Type.Union(literals(roles), { description: 'user: own jobs and processes only.' }),
);
const PermissionSchema = Type.Unsafe<Permission>(Type.Union(literals(permissionsOf.admin)));
const closed = { additionalProperties: false } as const;

export const AccountName = Type.String({ pattern: accountNamePattern, description: 'Name of the account.' });

/** Who asks, and what that one may. */
export const Session = Type.Object(
  {
    name: Type.String(),
    role: RoleSchema,
    permissions: Type.Array(PermissionSchema),
    via: Type.String({
      description: '`session`, `token NAME`, `socket` or `local` (no login is asked for).',
    }),
    expires: Type.Union([Type.Number(), Type.Null()], {
      description: 'When the session or token ends; null: never.',
    }),
    hasPassword: Type.Boolean({ description: 'false: the account is entered by login links alone.' }),
  },
  { $id: 'Session' },
);
export type Session = Static<typeof Session>;

export const NewSession = Type.Object(
  {
    name: Type.String(),
    expires: Type.Number(),
    token: Type.Union([Type.String(), Type.Null()], {
      description: 'To send as bearer token; null where a cookie has it (header X-Jidi: console).',
    }),
  },
  { $id: 'NewSession' },
);
export type NewSession = Static<typeof NewSession>;

const password = (description: string) => Type.String({ minLength: 1, maxLength: 1024, description });

export const Login = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 64 }), password: password('Of the account.') },
  { $id: 'Login', ...closed },
);
export type Login = Static<typeof Login>;

export const LinkLogin = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 128, description: 'What follows # in the login link.' }) },
  { $id: 'LinkLogin', ...closed },
);
export type LinkLogin = Static<typeof LinkLogin>;

export const ChangePassword = Type.Object(
  {
    present: Type.Optional(password('The one until now; absent where the account has none.')),
    wanted: password('10 to 256 characters.'),
  },
  { $id: 'ChangePassword', ...closed },
);
export type ChangePassword = Static<typeof ChangePassword>;

export const Account = Type.Object(
  {
    name: Type.String(),
    role: RoleSchema,
    locked: Type.Boolean(),
    hasPassword: Type.Boolean(),
    created: Type.Number(),
    lastLogin: NullableNumber,
  },
  { $id: 'Account' },
);
export type Account = Static<typeof Account>;

export const CreateAccount = Type.Object(
  {
    name: AccountName,
    role: RoleSchema,
    password: Type.Optional(
      password('10 to 256 characters; absent: the person comes by a login link and chooses one.'),
    ),
  },
  { $id: 'CreateAccount', ...closed },
);
export type CreateAccount = Static<typeof CreateAccount>;

export const ChangeAccount = Type.Object(
  { role: Type.Optional(RoleSchema), locked: Type.Optional(Type.Boolean()) },
  { $id: 'ChangeAccount', ...closed },
);
export type ChangeAccount = Static<typeof ChangeAccount>;

export const MakeLink = Type.Object(
  {
    minutes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1440, default: 60, description: 'How long it can be used.' }),
    ),
  },
  { $id: 'MakeLink', ...closed },
);
export type MakeLink = Static<typeof MakeLink>;

export const LoginLink = Type.Object(
  {
    account: Type.String(),
    path: Type.String({ description: 'To be opened on the console; works once.' }),
    expires: Type.Number(),
  },
  { $id: 'LoginLink' },
);
export type LoginLink = Static<typeof LoginLink>;

export const ApiToken = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    owner: Type.String(),
    permissions: Type.Array(PermissionSchema),
    network: Type.Union([Type.String(), Type.Null()], {
      description: 'From where alone it is taken; null: from everywhere.',
    }),
    created: Type.Number(),
    expires: Type.Number(),
    lastUsed: Type.Union([Type.Number(), Type.Null()], { description: 'To some minutes; null: never.' }),
  },
  { $id: 'ApiToken' },
);
export type ApiToken = Static<typeof ApiToken>;

export const NewApiToken = Type.Object(
  { ...ApiToken.properties, secret: Type.String({ description: 'Shown this once.' }) },
  { $id: 'NewApiToken' },
);
export type NewApiToken = Static<typeof NewApiToken>;

export const CreateApiToken = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$', description: 'What it is for.' }),
    permissions: Type.Optional(
      Type.Array(PermissionSchema, {
        minItems: 1,
        maxItems: 32,
        description: 'Absent: all that the owner may.',
      }),
    ),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 30 })),
    network: Type.Optional(Type.String({ maxLength: 64, description: 'ADDRESS/BITS, e.g. 10.0.0.0/8.' })),
  },
  { $id: 'CreateApiToken', ...closed },
);
export type CreateApiToken = Static<typeof CreateApiToken>;
