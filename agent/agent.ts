// Puts the agent together: in the order in which data flows, and apart again in reverse.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { errorMessage, StartError } from '../shared/errors.ts';
import type { RunningProgram } from '../shared/lifecycle.ts';
import { createLogger, type Logger } from '../shared/log.ts';
import type { NodeIdentity } from '../shared/model/node.ts';
import { version } from '../shared/version.ts';
import type { AgentConfig } from './config.ts';
import { AgentControl } from './control/agent-control.ts';
import { ExecutorChild } from './control/executor-child.ts';
import { ExecutorLink } from './control/executor-link.ts';
import { createHost, type Host } from './host/host.ts';
import { surveyInventory } from './inventory.ts';
import { observeDelivery } from './own-figures.ts';
import { ProcessScanner } from './processes/process-scanner.ts';
import { ChildProfiler } from './profiler/child-profiler.ts';
import { helperPrograms } from './programs.ts';
import { createSampler } from './sampler/sampler.ts';
import { sourceFactories } from './sources/registry.ts';
import { MemorySpool } from './spool/memory-spool.ts';
import { controlStream, telemetryStream } from './uplink/stream-kinds.ts';
import { Uplink } from './uplink/uplink.ts';

const clock = systemClock;

/** Throws StartError when something that the person who starts it can mend stands in the way. */
export async function startAgent(config: AgentConfig): Promise<RunningProgram> {
  const log = createLogger('jidi-agent', config.log);
  makeFolders(config);
  const host = createHost();
  const sources = sourceFactories.map((create) => create(host));
  const spool = new MemorySpool({ limitBytes: config.buffer.sizeMiB * 1024 * 1024, clock });
  const sampler = createSampler({
    clock,
    log: log.child({ component: 'sampler' }),
    intervalMs: config.intervalMs,
    sources,
    scanner: new ProcessScanner(host),
    onTick: (tick) => spool.put({ kind: 'metrics', ticks: [tick] }),
    onSnapshot: (snapshot) => spool.put({ kind: 'processes', snapshots: [snapshot] }),
  });
  const control = createControl(config, spool, log);
  const shared = {
    identity: identityOf(config, host),
    spool,
    clock,
    bootTimeMs: () => host.uptimeSeconds() * 1000,
  };
  const telemetry = new Uplink({ ...shared, log, kind: telemetryStream(config.collector) });
  const directives = new Uplink({
    ...shared,
    log,
    kind: controlStream(config.collector),
    onDirective: (directive) => control.handle(directive),
  });
  observeDelivery(sampler, spool, telemetry.statistics);

  sampler.start();
  telemetry.start();
  directives.start();
  void surveyInventory({ host, log }).then((inventory) => spool.put({ kind: 'inventory', inventory }));
  log.info(
    { node: config.node, interval: config.interval, collector: config.collector, version },
    'agent started',
  );
  return {
    async stop() {
      await sampler.stop();
      await control.close();
      await Promise.all([telemetry.stop(), directives.stop()]);
      for (const source of sources) source.close();
      log.info('agent stopped');
    },
  };
}

function createControl(config: AgentConfig, spool: MemorySpool, log: Logger) {
  const perfPath = config.profiler.perf === '' ? null : config.profiler.perf;
  const profiler = new ChildProfiler({
    program: [helperPrograms.profiler],
    concurrency: config.profiler.concurrent,
    perfPath,
    clock,
  });
  const child = config.control.executor === 'child' ? createExecutorChild(config, log) : null;
  child?.start();
  const socketPath = child?.socketPath ?? join(config.runDir, 'executor.sock');
  const executor = new ExecutorLink({ socketPath, node: config.node, clock });
  const control = new AgentControl({ profiler, executor, spool, clock, log });
  return {
    handle: control.handle.bind(control),
    async close() {
      control.close();
      await profiler.close();
      await child?.stop();
    },
  };
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

function identityOf({ node, role, intervalMs }: AgentConfig, host: Host): NodeIdentity {
  return { name: node, role, intervalMs, agentVersion: version, bootId: bootIdOf(host) };
}

/** Containers may hide it; an empty one says so. */
function bootIdOf(host: Host): string {
  try {
    return host.readText(`${host.roots.proc}/sys/kernel/random/boot_id`);
  } catch {
    return '';
  }
}

function makeFolders({ runDir, stateDir }: AgentConfig): void {
  for (const [key, folder] of Object.entries({ runDir, stateDir })) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new StartError(
        `configuration key ${key}: the folder ${folder} cannot be made: ${errorMessage(error)}`,
        `Name a folder that this user may write to, or make it: mkdir -p ${folder}`,
        { cause: error },
      );
    }
  }
}
