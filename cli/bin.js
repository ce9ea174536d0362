#!/usr/bin/env node
// Starts jidi, or the jidi-agent or jidi-collector when it is called by that name, on the Node.js that belongs to it. Plain JavaScript, because
// the Node.js that runs this may be an older one. In a checkout the sources run, elsewhere the bundle. Arguments, streams,
// signals and exit code are handed on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const programs = {
  jidi: ['cli/main.ts', 'build/cli/jidi.mjs'],
  'jidi-agent': ['agent/main.ts', 'build/agent/jidi-agent.mjs'],
  'jidi-collector': ['collector/main.ts', 'build/collector/jidi-collector.mjs'],
};
const called = basename(process.argv[1] ?? '');
const name = called in programs ? called : 'jidi';
const places = programs[name];
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function findRuntime() {
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  try {
    const packageFile = `node-linux-${process.arch}/package.json`;
    const pinned = join(dirname(createRequire(import.meta.url).resolve(packageFile)), 'bin/node');
    return existsSync(pinned) ? pinned : undefined;
  } catch {
    // The package is not installed; the caller says what to do.
    return undefined;
  }
}

function start(runtime, program) {
  const child = spawn(runtime, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('error', (error) => fail(`cannot start ${runtime}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

function fail(message) {
  process.stderr.write(`${name}: ${message}\n`);
  process.exitCode = 70;
}

const program = places.map((path) => join(root, path)).find((path) => existsSync(path));
const runtime = findRuntime();
if (program === undefined) fail(`neither ${places.join(' nor ')} is there; run npm run build`);
else if (runtime === undefined) fail(`needs Node.js ${neededMajor} or newer; run npm ci, which brings it`);
else start(runtime, program);
