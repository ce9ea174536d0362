// The address of the server of each NFS mount, which only the options of the superblock in /proc/PID/mountinfo name.
// In: the text of that file. Out: addresses by device and mount point, both as the kernel escapes them.

export function parseAddresses(text: string): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  const lines = text.split('\n');
  // What follows the last line feed is empty, or a line that was cut.
  lines.pop();
  for (const line of lines) {
    const [place, filesystem] = line.split(' - ');
    const point = place?.split(' ')[4];
    const [type, device, options] = filesystem?.split(' ') ?? [];
    const address = /(?:^|,)addr=([^,]{1,64})(?:,|$)/.exec(options ?? '')?.[1];
    if (point === undefined || device === undefined || address === undefined) continue;
    if (type === 'nfs' || type === 'nfs4') addresses.set(`${device} ${point}`, address);
  }
  return addresses;
}
