// The executor as a program: jidi-executor --policy FILE --state DIR --socket PATH
// --run DIR is the agent's run folder, /run/jidi when not given. Without --socket it takes the socket that systemd hands over
// (LISTEN_FDS=1); with --idle SECONDS it then ends when nobody needed it for so long, and systemd starts it again. With --attached
// it stops when its standard input ends, so that it never outlives the agent that started it. With --quiet it logs trouble only.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AuditLog } from './audit-log.ts';
import { catalogue } from './catalogue.ts';
import { Executor } from './executor.ts';
import { errorText } from './refusal.ts';
import { RunRegister } from './run-register.ts';
import { claimSocket, ExecutorServer } from './server.ts';

const stopWithinMs = 8_000;
const firstSystemdDescriptor = 3;

try {
  await main();
} catch (error) {
  log('error', 'executor cannot start', { error: errorText(error) });
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      socket: { type: 'string' },
      policy: { type: 'string' },
      state: { type: 'string' },
      run: { type: 'string', default: '/run/jidi' },
      idle: { type: 'string' },
      attached: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
    },
  });
  const { policy, state } = values;
  if (policy === undefined || state === undefined) throw new Error('--policy and --state are needed');
  const listen = listenAt(values.socket);
  // Before the state is opened: two executors must never write to the same state.
  if ('path' in listen) await claimSocket(listen.path);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const register = new RunRegister(state, Date.now());
  const audit = new AuditLog(state);
  const executor = new Executor({
    policyFile: policy,
    catalogue,
    machine: {
      systemdFolder: '/run/systemd/system',
      procFolder: '/proc',
      systemctl: '/usr/bin/systemctl',
      quietFolder: `${values.run}/quiet`,
    },
    register,
    audit,
    onTrouble: (message, error) => log('error', message, { error: String(error) }),
  });
  const stop = stopOnRequest(values.attached, async () => {
    await server.stop();
    audit.close();
    register.close();
  });
  const unused = unusedOf(values.idle, listen, stop);
  const server = new ExecutorServer({ executor, listen, ...unused });
  await server.start();
  if (!values.quiet) log('info', 'executor listens', { socket: values.socket ?? 'systemd', policy, state });
}

function unusedOf(seconds: string | undefined, listen: object, tell: () => void) {
  if (seconds === undefined) return {};
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(seconds)) throw new Error('--idle takes seconds');
  // Nobody would start it again.
  if (!('fd' in listen)) throw new Error('--idle is for a socket that systemd hands over');
  return { unused: { afterMs: Number(seconds) * 1000, tell } };
}

function listenAt(path: string | undefined): { path: string } | { fd: number } {
  if (path !== undefined) return { path };
  const { LISTEN_FDS, LISTEN_PID } = process.env;
  if (LISTEN_FDS === '1' && LISTEN_PID === String(process.pid)) return { fd: firstSystemdDescriptor };
  throw new Error('--socket is needed where systemd hands over no socket');
}

/** Returns how to stop it. */
function stopOnRequest(attached: boolean, stop: () => Promise<void>): () => void {
  let stopping = false;
  const begin = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    void stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
  if (attached) process.stdin.resume().on('end', begin).on('error', begin);
  return begin;
}

function log(level: 'info' | 'error', message: string, fields: Readonly<Record<string, unknown>>): void {
  const line = { level, time: new Date().toISOString(), name: 'jidi-executor', ...fields, msg: message };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
