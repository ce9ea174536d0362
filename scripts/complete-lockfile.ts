// Completes package-lock.json after a dependency changed: `node scripts/complete-lockfile.ts`.
// A mirror that carries no packages for other platforms (Windows, macOS, musl) makes npm leave these optional packages
// out of the lock file, and `npm ci` then refuses it. They are never installed on Linux with glibc; their names suffice.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const systems = ['darwin', 'win32', 'android', 'freebsd', 'openharmony', 'linux'];
const processors: readonly (readonly [RegExp, string])[] = [
  [/arm64|aarch64/, 'arm64'],
  [/x64/, 'x64'],
  [/ia32/, 'ia32'],
  [/armv7|armv6|arm-/, 'arm'],
  [/ppc64/, 'ppc64'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
];

const file = join(import.meta.dirname, '../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };
const missing = missingPackages(lock.packages);
const packages = Object.entries({ ...lock.packages, ...missing }).toSorted(([left], [right]) =>
  left < right ? -1 : 1,
);
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`package-lock.json: ${Object.keys(missing).length} packages of other platforms added`);

function missingPackages(known: Readonly<Record<string, LockedPackage>>): Record<string, LockedPackage> {
  const found: Record<string, LockedPackage> = {};
  for (const [path, { optionalDependencies = {} }] of Object.entries(known)) {
    for (const [name, version] of path === '' ? [] : Object.entries(optionalDependencies)) {
      if (known[`node_modules/${name}`] ?? known[`${path}/node_modules/${name}`]) continue;
      found[`node_modules/${name}`] = { version, dev: true, optional: true, ...platformOf(name) };
    }
  }
  return found;
}

function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const os = systems.find((system) => name.includes(system));
  const cpu = processors.find(([pattern]) => pattern.test(name))?.[1];
  if (os === undefined || cpu === undefined) throw new Error(`${name}: its platform is not told by its name`);
  return { os: [os], cpu: [cpu], ...(name.includes('musl') ? { libc: ['musl'] } : {}) };
}
