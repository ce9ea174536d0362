// In: proto/jidi/v1/*.proto. Out: proto/gen/ — TypeScript types and one JSON descriptor that the programs carry.
// With --check nothing is written; the exit status is 1 when proto/gen/ is not what the .proto files say.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import protobuf from 'protobufjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const protoDir = join(root, 'proto');
const genDir = join(protoDir, 'gen');
const entryPoints = ['jidi/v1/telemetry.proto', 'jidi/v1/control.proto', 'jidi/v1/identity.proto'];

generate(process.argv.includes('--check'));

function generate(checkOnly: boolean): void {
  const scratch = mkdtempSync(join(tmpdir(), 'jidi-proto-'));
  try {
    writeTypes(scratch);
    writeDescriptor(scratch);
    const stale = differences(scratch, genDir);
    if (checkOnly && stale.length > 0) {
      console.error(`proto/gen is stale: ${stale.join(', ')}\nRun: npm run generate`);
      process.exitCode = 1;
    } else if (!checkOnly) {
      rmSync(genDir, { recursive: true, force: true });
      execFileSync('cp', ['-r', scratch, genDir]);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeTypes(outDir: string): void {
  const tool = join(root, 'node_modules/.bin/proto-loader-gen-types');
  const options = ['--longs=Number', '--enums=String', '--oneofs', '--defaults', '--grpcLib=@grpc/grpc-js'];
  const names = ['--inputTemplate=%sInput', '--outputTemplate=%s', '--importFileExtension=.ts'];
  execFileSync(tool, [...options, ...names, '-I', 'proto', '-O', outDir, ...entryPoints]);
}

function writeDescriptor(outDir: string): void {
  const tree = new protobuf.Root();
  tree.resolvePath = (_origin, target) => join(protoDir, target);
  tree.loadSync(entryPoints, { keepCase: false });
  writeFileSync(join(outDir, 'descriptor.json'), `${JSON.stringify(tree.toJSON(), null, 1)}\n`);
}

function differences(left: string, right: string): string[] {
  const names = new Set([...filesUnder(left), ...filesUnder(right)]);
  return [...names].filter((name) => contentOf(join(left, name)) !== contentOf(join(right, name)));
}

function filesUnder(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
  } catch {
    return []; // No such folder yet: then every generated file counts as different.
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Missing on one side.
  }
}
