// Puts the agent together: in the order in which data flows, and apart again in reverse.
import { join } from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { errorMessage, StartError } from '../shared/errors.ts';
import { makeFolder } from '../shared/folders.ts';
import type { RunningProgram } from '../shared/lifecycle.ts';
import { createLogger, type Logger } from '../shared/log.ts';
import type { Directive } from '../shared/model/directive.ts';
import type { NodeIdentity } from '../shared/model/node.ts';
import type { Health } from '../shared/service-notice.ts';
import { version } from '../shared/version.ts';
import { AgentHealth } from './agent-health.ts';
import { CollectorLine } from './collector-line.ts';
import type { AgentConfig } from './config.ts';
import { AgentControl } from './control/agent-control.ts';
import { closedDoor } from './control/closed-door.ts';
import { ExecutorChild } from './control/executor-child.ts';
import { ExecutorLink } from './control/executor-link.ts';
import { createHost, type Host } from './host/host.ts';
import { JobCgroups } from './jobs/job-cgroups.ts';
import { observeDelivery, observeWork } from './own-figures.ts';
import { ProcessScanner } from './processes/process-scanner.ts';
import { ChildProfiler } from './profiler/child/child-profiler.ts';
import { emptyProfileFolder } from './profiler/child/profile-folder.ts';
import { helperPrograms } from './programs.ts';
import { makeQuietFolder, QuietFlags } from './quiet/quiet-flags.ts';
import { QuietJobs } from './quiet/quiet-jobs.ts';
import { QuietMode } from './quiet/quiet-mode.ts';
import { CpuBudget } from './sampler/cpu-budget.ts';
import { createSampler } from './sampler/sampler.ts';
import { createSources } from './sources/registry.ts';
import { type OpenedSpool, openSpool } from './spool/open-spool.ts';
import type { Spool } from './spool/spool.ts';
import { runSurvey } from './survey/survey-child.ts';
import { spoolCodec } from './uplink/spool-codec.ts';
import { controlStream, telemetryStream } from './uplink/stream-kinds.ts';
import { Uplink } from './uplink/uplink.ts';

const clock = systemClock;
const mebibyte = 1024 * 1024;
/** Where the service of the profiler has its private folders (TMPDIR in its unit): that much is free for a recording. */
const serviceFolder = '/var/tmp';

export interface RunningAgent extends RunningProgram {
  readonly health: Health;
}

/** Throws StartError when something that the person who starts it can mend stands in the way. */
export async function startAgent(config: AgentConfig): Promise<RunningAgent> {
  const log = createLogger('jidi-agent', config.log);
  makeFolders(config);
  const host = createHost();
  const jobs = new JobCgroups(host);
  const { units } = config.sources;
  const sources = createSources(host, { jobs, ...(units.length > 0 && { units }) });
  const scanner = new ProcessScanner(host, jobs);
  const line = new CollectorLine({
    config,
    clock,
    log: log.child({ component: 'uplink' }),
    reopen() {
      uplinks.telemetry.reopen();
      uplinks.control.reopen();
    },
  });
  const opened = openBuffer(config, host, log);
  const { spool } = opened;
  const { intervalMs } = config;
  const quiet = createQuietMode(config, { host, jobs, log: log.child({ component: 'quiet' }) });
  const health = new AgentHealth({ clock, spool });
  const samplerLog = log.child({ component: 'sampler' });
  const sampler = createSampler({
    clock,
    log: samplerLog,
    intervalMs,
    sources,
    scanner,
    onTick(tick) {
      health.ticked();
      spool.put({ kind: 'metrics', ticks: [tick] });
    },
    onSnapshot: (snapshot) => spool.put({ kind: 'processes', snapshots: [snapshot] }),
    isQuiet: () => quiet.isQuiet(),
    budget: new CpuBudget({
      clock,
      log: samplerLog,
      intervalMs,
      cpuPercent: config.budget.cpuPercent,
      usedMicroseconds: () => host.ownCpuMicroseconds(),
    }),
    onInterval: (inForceMs) =>
      uplinks.telemetry.renew({ ...identityOf(config, host), intervalMs: inForceMs }),
  });
  const helpers = createHelpers(config, spool, log);
  const uplinks = createUplinks(config, {
    host,
    line,
    spool,
    log: log.child({ component: 'uplink' }),
    onDirective: (directive) => helpers.commands.handle(directive),
  });
  observeDelivery(sampler, { spool, line, ...uplinks });
  observeWork(sampler, { scanner, ...helpers });
  quiet.observe(sampler);

  sampler.start();
  line.start();
  uplinks.telemetry.start();
  uplinks.control.start();
  void runSurvey([helperPrograms.survey], log).then((inventory) => {
    if (inventory !== null) spool.put({ kind: 'inventory', inventory });
  });
  const { node, interval, collectors } = config;
  log.info({ node, interval, collectors, version }, 'agent started');
  return {
    async stop() {
      await sampler.stop();
      await closeHelpers(helpers);
      line.stop();
      await Promise.all([uplinks.telemetry.stop(), uplinks.control.stop()]);
      await opened.close();
      for (const source of sources) source.close();
      log.info('agent stopped');
    },
    isHeld: () => host.isHeld(),
    health,
  };
}

/** Throws StartError. */
function openBuffer({ node, stateDir, buffer }: AgentConfig, host: Host, log: Logger): OpenedSpool {
  const { place, sizeMiB, memoryMiB } = buffer;
  return openSpool({
    folder: join(stateDir, 'spool'),
    place,
    diskBytes: sizeMiB * mebibyte,
    memoryBytes: memoryMiB * mebibyte,
    owner: { node, machineId: machineIdOf(host), bootId: host.facts.bootId },
    bootedMs() {
      const bootedMs = Math.round(clock.now() - host.uptimeSeconds() * 1000);
      return Number.isNaN(bootedMs) ? null : bootedMs;
    },
    codec: spoolCodec,
    clock,
    log: log.child({ component: 'spool' }),
  });
}

/** Empty where there is none, as in many containers. */
function machineIdOf(host: Host): string {
  try {
    return host.readText(`${host.roots.root}/etc/machine-id`).trim();
  } catch {
    return '';
  }
}

interface UplinkParts {
  readonly host: Host;
  readonly line: CollectorLine;
  readonly spool: Spool;
  readonly log: Logger;
  readonly onDirective: (directive: Directive) => void;
}

function createUplinks(config: AgentConfig, { host, line, spool, log, onDirective }: UplinkParts) {
  const shared = {
    identity: identityOf(config, host),
    spool,
    clock,
    log,
    bootTimeMs: () => host.uptimeSeconds() * 1000,
  };
  const { connection } = line;
  const failed = (collector: string): void => line.failed(collector);
  return {
    telemetry: new Uplink({ ...shared, kind: telemetryStream(connection, failed) }),
    control: new Uplink({ ...shared, kind: controlStream(connection, failed), onDirective }),
  };
}

/** The parts that carry out directives, each in programs of its own. */
interface Helpers {
  readonly commands: AgentControl;
  readonly profiler: ChildProfiler;
  /** null when a service runs the executor, or none is wanted. */
  readonly executor: ExecutorChild | null;
}

function createHelpers(config: AgentConfig, spool: Spool, log: Logger): Helpers {
  const perfPath = config.profiler.perf === '' ? null : config.profiler.perf;
  const profiler = new ChildProfiler({
    program: [helperPrograms.profiler],
    concurrency: config.profiler.concurrent,
    perfPath,
    clock,
    ...(config.profiler.how === 'child'
      ? { folder: profileFolder(config) }
      : { folder: serviceFolder, socketPath: join(config.runDir, 'profiler.sock') }),
  });
  const executor = config.control.executor === 'child' ? createExecutorChild(config, log) : null;
  executor?.start();
  const socketPath = executor?.socketPath ?? join(config.runDir, 'executor.sock');
  const isOff = config.control.executor === 'off';
  const commands = new AgentControl({
    profiler,
    executor: isOff ? closedDoor(clock) : new ExecutorLink({ socketPath, node: config.node, clock }),
    spool,
    clock,
    log: log.child({ component: 'control' }),
  });
  return { commands, profiler, executor };
}

async function closeHelpers({ commands, profiler, executor }: Helpers): Promise<void> {
  commands.close();
  await profiler.close();
  await executor?.stop();
}

function createExecutorChild({ runDir, stateDir, control }: AgentConfig, log: Logger): ExecutorChild {
  return new ExecutorChild({
    runFolder: runDir,
    stateFolder: join(stateDir, 'executor'),
    policyFile: control.policy,
    program: helperPrograms.executor,
    shippedPolicy: helperPrograms.shippedPolicy,
    clock,
    log: log.child({ component: 'executor' }),
  });
}

interface QuietParts {
  readonly host: Host;
  readonly jobs: JobCgroups;
  readonly log: Logger;
}

function createQuietMode({ runDir, quiet }: AgentConfig, { host, jobs, log }: QuietParts): QuietMode {
  const folder = join(runDir, 'quiet');
  if (!makeQuietFolder(runDir, folder)) {
    log.warn({ folder }, 'the folder for quiet mode cannot be made: no job and no command can ask for it');
  }
  return new QuietMode({
    clock,
    log,
    flags: new QuietFlags({ host, folder, ownUid: process.geteuid?.() ?? 0 }),
    jobs: new QuietJobs(host, jobs),
    honourJobs: quiet.jobs === 'honour',
  });
}

function identityOf({ node, role, intervalMs }: AgentConfig, { facts }: Host): NodeIdentity {
  return { name: node, role, intervalMs, agentVersion: version, bootId: facts.bootId };
}

function profileFolder({ stateDir }: Pick<AgentConfig, 'stateDir'>): string {
  return join(stateDir, 'profiles');
}

function makeFolders({ runDir, stateDir }: AgentConfig): void {
  for (const [key, folder] of Object.entries({ runDir, stateDir })) {
    try {
      makeFolder(folder);
      if (key === 'stateDir') emptyProfileFolder(profileFolder({ stateDir }));
    } catch (error) {
      throw new StartError(
        `configuration key ${key}: the folder ${folder} cannot be made: ${errorMessage(error)}`,
        `Name a folder that this user may write to, or make it: mkdir -p ${folder}`,
        { cause: error },
      );
    }
  }
}
