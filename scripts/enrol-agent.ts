// Makes this machine a node of a collector that runs on it, as on any other: a token, and the agent's own join with it. In: the
// collector's addresses, where the agent keeps its state. Out: the identity there.
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CreatedNodeTokens } from '../shared/api/node-identity.ts';
import { makeFolder } from '../shared/folders.ts';
import { askAdminSocket } from './admin-door.ts';

export interface EnrolmentPlan {
  readonly adminSocket: string;
  /** HOST:PORT. */
  readonly collector: string;
  readonly enrolment: string;
  readonly node: string;
  readonly stateDir: string;
  /** The agent's program. */
  readonly program: string;
}

/** Rejects with what the agent has said. */
export async function enrolAgent(plan: EnrolmentPlan): Promise<void> {
  const { adminSocket, collector, enrolment, node, stateDir, program } = plan;
  const wish = { nodes: node, replace: true };
  const answer = (await askAdminSocket(adminSocket, 'POST', 'node-tokens', wish)) as CreatedNodeTokens;
  const tokenFile = join(stateDir, 'token');
  makeFolder(stateDir);
  rmSync(tokenFile, { force: true });
  writeFileSync(tokenFile, `${answer.tokens[0]?.token}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await promisify(execFile)(process.execPath, [
      program,
      'join',
      '--again',
      `--collector=${collector}`,
      `--enrolment=${enrolment}`,
      `--ca-hash=${answer.authority}`,
      `--token-file=${tokenFile}`,
      `--node=${node}`,
      `--state=${stateDir}`,
    ]);
  } finally {
    rmSync(tokenFile, { force: true });
  }
}
