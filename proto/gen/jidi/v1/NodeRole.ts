// Original file: proto/jidi/v1/common.proto

export const NodeRole = {
  NODE_ROLE_UNSPECIFIED: 'NODE_ROLE_UNSPECIFIED',
  NODE_ROLE_COMPUTE: 'NODE_ROLE_COMPUTE',
  NODE_ROLE_LOGIN: 'NODE_ROLE_LOGIN',
  NODE_ROLE_MANAGER: 'NODE_ROLE_MANAGER',
} as const;

export type NodeRoleInput =
  | 'NODE_ROLE_UNSPECIFIED'
  | 0
  | 'NODE_ROLE_COMPUTE'
  | 1
  | 'NODE_ROLE_LOGIN'
  | 2
  | 'NODE_ROLE_MANAGER'
  | 3

export type NodeRole = typeof NodeRole[keyof typeof NodeRole]
