// The mounts that are worth a measurement. In: the text of /proc/PID/mounts (fstab(5)). Out: device, type, mount point.
// Left out is what node_exporter leaves out: kernel filesystems, container layers; and what users have mounted through
// FUSE, which they may do by the thousand and under ever new names: each would be a series. Hostile names stay text.

export interface Mount {
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** On a block device or in memory of this node; everything else may hang with its server. */
  readonly local: boolean;
}

const leftOutPoints =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const leftOutTypes =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$/;
const userMount = /(?:^|,)user_id=(?!0(?:,|$))/;
const localTypes = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'vfat', 'tmpfs', 'ramfs', 'f2fs']);
/** PATH_MAX of Linux. */
const longestPath = 4096;

/** The last mount on a point hides those before it. A line that was cut or has no four words is passed over. */
export function parseMounts(text: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  const lines = text.split('\n');
  // What follows the last line feed is empty, or a line that was cut.
  lines.pop();
  for (const line of lines) {
    const [device, point, type, options] = line.split(' ').map(decodeEscapes);
    if (device === undefined || point === undefined || type === undefined || !options) continue;
    if (!point.startsWith('/') || point.length > longestPath) continue;
    mounts.delete(point);
    if (leftOutTypes.test(type) || leftOutPoints.test(point)) continue;
    if (type.startsWith('fuse') && userMount.test(options)) continue;
    const readOnly = options.split(',').includes('ro');
    mounts.set(point, { device, mountPoint: point, type, readOnly, local: localTypes.has(type) });
  }
  return [...mounts.values()];
}

/** `\040` is a blank: the kernel writes blank, tab, line feed, backslash and number sign in octal. */
export function decodeEscapes(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
