// What is kept of nodes, their tokens and what a person allowed, as records of the store. In: bodies as they were stored.
// Out: what they say; what is none of it is left out, and counted.
import type { IdentityRecord } from '../../store/store.ts';

export const recordKinds = { node: 'node', token: 'node-token', request: 'node-request' } as const;

/** A node that was let in. */
export interface EnrolledNode {
  readonly node: string;
  /** Random, 16 hexadecimal digits, new with each enrolment. */
  readonly epoch: string;
  /** SHA-256 of the public key that was certified last, hexadecimal. */
  readonly fingerprint: string;
  readonly enrolledMs: number;
  /** Of the certificate that was issued last. */
  readonly expiresMs: number;
  /** null: it may come in. */
  readonly revokedMs: number | null;
}

/** What is kept in place of a token. */
export interface NodeToken {
  readonly node: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly creator: string;
  /** It may take the place of a node whose certificate is still good, once that one is silent. */
  readonly replaces: boolean;
}

/** A key to which a person said yes, and that has not asked again yet. */
export interface ApprovedKey {
  readonly node: string;
  readonly fingerprint: string;
  readonly approver: string;
  readonly expiresMs: number;
}

export function nodeRecord({ node, ...body }: EnrolledNode): IdentityRecord {
  return { kind: recordKinds.node, id: node, body };
}

export function tokenRecord({ node, ...body }: NodeToken): IdentityRecord {
  return { kind: recordKinds.token, id: node, body };
}

export function approvalRecord(approved: ApprovedKey): IdentityRecord {
  return { kind: recordKinds.request, id: approvalId(approved), body: { ...approved } };
}

export function approvalId({ node, fingerprint }: Pick<ApprovedKey, 'node' | 'fingerprint'>): string {
  return `${node} ${fingerprint}`;
}

export function readNode({ id, body }: IdentityRecord): EnrolledNode | undefined {
  const read = fieldsOf(body);
  const revokedMs = read.number('revokedMs');
  const [enrolledMs, expiresMs] = [read.number('enrolledMs'), read.number('expiresMs')];
  const [epoch, fingerprint] = [read.text('epoch'), read.text('fingerprint')];
  if (enrolledMs === null || expiresMs === null || epoch === '') return undefined;
  return { node: id, epoch, fingerprint, enrolledMs, expiresMs, revokedMs };
}

export function readToken({ id, body }: IdentityRecord): NodeToken | undefined {
  const read = fieldsOf(body);
  const [createdMs, expiresMs] = [read.number('createdMs'), read.number('expiresMs')];
  const digest = read.text('digest');
  if (createdMs === null || expiresMs === null || !/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const creator = read.text('creator');
  return { node: id, digest, createdMs, expiresMs, creator, replaces: read.isTrue('replaces') };
}

export function readApproval({ body }: IdentityRecord): ApprovedKey | undefined {
  const read = fieldsOf(body);
  const expiresMs = read.number('expiresMs');
  const [node, fingerprint] = [read.text('node'), read.text('fingerprint')];
  if (expiresMs === null || node === '' || fingerprint === '') return undefined;
  return { node, fingerprint, approver: read.text('approver'), expiresMs };
}

function fieldsOf(body: object | null) {
  const fields = new Map<string, unknown>(Object.entries(body ?? {}));
  return {
    number(name: string): number | null {
      const value = fields.get(name);
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    },
    text(name: string): string {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    },
    isTrue: (name: string): boolean => fields.get(name) === true,
  };
}
