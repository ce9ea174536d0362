// A real executor process on a real socket in a folder of its own, and a caller for it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExecutorEvent, ExecutorRequest } from '../../executor/protocol.ts';

export type EndedEvent = Extract<ExecutorEvent, { kind: 'ended' }>;

export interface Answer {
  readonly events: readonly ExecutorEvent[];
  readonly ended: EndedEvent | undefined;
  readonly output: string;
}

const program = fileURLToPath(new URL('../../executor/main.ts', import.meta.url));
export const shippedPolicy = fileURLToPath(new URL('../../executor/policy.json', import.meta.url));

export class ExecutorProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'jidi-executor-'));
  readonly socketPath = join(this.folder, 'run', 'executor.sock');
  readonly stateFolder = join(this.folder, 'state');
  readonly policyFile = join(this.folder, 'policy.json');
  #child: ChildProcess | undefined;

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const args = [
      `--socket=${this.socketPath}`,
      `--policy=${this.policyFile}`,
      `--state=${this.stateFolder}`,
      `--run=${dirname(this.socketPath)}`,
    ];
    const child = spawn(process.execPath, [program, '--attached', ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      if (line.includes('"msg":"executor listens"')) {
        this.#child = child;
        child.stderr.resume();
        return;
      }
    }
    throw new Error(`the executor did not start: ${said.join('\n')}`);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  writePolicy(policy: unknown): void {
    rmSync(this.policyFile, { force: true });
    writeFileSync(this.policyFile, typeof policy === 'string' ? policy : JSON.stringify(policy), {
      mode: 0o644,
    });
    chmodSync(this.policyFile, 0o644);
  }

  /** Allows restart-slurmd by way of a shell script; returns its path. */
  allowScript(script: string): string {
    const path = join(this.folder, 'restart');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    this.writePolicy(policyWith({ 'restart-slurmd': { allow: true, restartCommand: [path] } }));
    return path;
  }

  async connect(): Promise<Socket> {
    const socket = connect(this.socketPath);
    await once(socket, 'connect');
    return socket;
  }

  /** Sends one request and waits for everything that is said about it. */
  async ask(request: unknown): Promise<Answer> {
    const socket = await this.connect();
    socket.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
    return await readAnswer(socket);
  }
}

export function policyWith(actions: unknown, denyAll = false): unknown {
  return { version: 1, denyAll, actions };
}

let lastId = 0;

export function requestFor(action: string, fields: Partial<ExecutorRequest> = {}): ExecutorRequest {
  const now = Date.now();
  lastId += 1;
  return {
    version: 1,
    kind: 'run',
    id: `cmd_test${String(lastId).padStart(6, '0')}`,
    node: 'n1',
    action,
    parameters: {},
    requester: 'tester',
    issuedTimeMs: now,
    expiresTimeMs: now + 60_000,
    timeoutMs: 10_000,
    ...fields,
  };
}

/** Reads until the executor hangs up; calls back for every event on the way. */
export async function readAnswer(
  socket: Socket,
  onEvent: (event: ExecutorEvent) => void = () => undefined,
): Promise<Answer> {
  const events: ExecutorEvent[] = [];
  // A reset is an end, too.
  socket.on('error', () => undefined);
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => {
    const event = JSON.parse(line) as ExecutorEvent;
    events.push(event);
    onEvent(event);
  });
  await once(lines, 'close');
  socket.destroy();
  const ended = events.find((event) => event.kind === 'ended');
  const output = events.map((event) => (event.kind === 'output' ? event.text : '')).join('');
  return { events, ended, output };
}
