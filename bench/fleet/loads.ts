// Loads under which a machine is recorded. In: seconds. Out: commands that end by themselves after so long.
// They need stress-ng (apt-get install stress-ng) and leave half of the memory alone.

export interface Load {
  readonly name: string;
  /** null: nothing is started. */
  readonly command: readonly string[] | null;
}

const stressors: Readonly<Record<string, string>> = {
  cpu: '--cpu 2',
  'half-cpu': '--cpu 2 --cpu-load 50',
  matrix: '--matrix 2',
  memory: '--vm 2 --vm-bytes 1500M --vm-keep',
  disk: '--hdd 1 --hdd-bytes 256M --iomix 1',
  network: '--sock 1 --udp 1',
  fork: '--fork 1 --exec 1',
  switches: '--switch 1 --pipe 1',
  mixed: '--cpu 1 --matrix 1 --hdd 1 --hdd-bytes 128M --vm 1 --vm-bytes 512M',
};

export function loadsFor(seconds: number): readonly Load[] {
  const stressing = Object.entries(stressors).map(([name, options]) => ({
    name,
    command: ['stress-ng', ...options.split(' '), '--timeout', `${seconds}s`, '--quiet'],
  }));
  return [{ name: 'idle', command: null }, ...stressing];
}
