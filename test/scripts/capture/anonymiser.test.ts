import { expect, test } from 'vitest';
import { Anonymiser } from '../../../scripts/capture/anonymiser.ts';
import { cleanFile, cleanOutput } from '../../../scripts/capture/clean-content.ts';
import { learnNames } from '../../../scripts/capture/learn-names.ts';
import type { MachineRecord } from '../../../scripts/capture/recording-host.ts';

function recordWith(files: Readonly<Record<string, string>>): MachineRecord {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  return {
    placeOf: (path) => path,
    files: contents,
    folders: new Map(),
    links: new Map(),
    facts: new Map(),
    mounts: new Map(),
    runs: new Map(),
    streams: new Map(),
    users: new Map([[1001, 'bob']]),
  };
}

const site = {
  hostName: 'gpu017.cluster.uni-x.edu',
  resolver: 'search cluster.uni-x.edu uni-x.edu\nnameserver 172.16.0.1\n',
  passwd:
    'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nslurm:x:1002:1002::/:/bin/false\n',
};

function learned(files: Readonly<Record<string, string>> = {}): Anonymiser {
  const anonymiser = new Anonymiser();
  learnNames(recordWith(files), site, anonymiser);
  return anonymiser;
}

test('names are replaced consistently wherever they stand', () => {
  const anonymiser = learned();
  expect(anonymiser.text('gpu017 gpu017.cluster.uni-x.edu login.uni-x.edu gpu0171')).toBe(
    'host1 host1.example.org login.example2.org gpu0171',
  );
  expect(anonymiser.path('/sys/fs/cgroup/slurm_gpu017/uid_1000')).toBe('/sys/fs/cgroup/slurm_host1/uid_1000');
  expect(anonymiser.text('/home/alice /home/bob /home/malice slurm root')).toBe(
    '/home/user1 /home/user2 /home/malice slurm root',
  );
});

test.each([
  ['inet 172.16.3.17/20 gw 172.16.0.1', 'inet 10.0.0.1/20 gw 10.0.0.2'],
  ['127.0.0.1 0.0.0.0 255.255.255.255', '127.0.0.1 0.0.0.0 255.255.255.255'],
  ['fe80::5054:ff:fe12:3456 ::1 2001:db8:0:0:0:0:0:1', 'fd00::1 ::1 fd00::2'],
  ['52:54:00:12:34:56 00:00:00:00:00:00', '02:00:00:00:00:01 00:00:00:00:00:00'],
  [
    '80:00:02:08:fe:80:00:00:00:00:00:00:7c:fe:90:03:00:29:26:52',
    '02:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01',
  ],
  ['7cfe:9003:0029:2652', '0000:0000:0000:0001'],
  ['GPU-5c1a8e0e-1234-4abc-9def-0123456789ab', 'GPU-00000000-0000-4000-8000-000000000001'],
  [
    '0000:00:1f.2 12:34:56 Linux 6.8.0-45 0::/system.slice 8:0',
    '0000:00:1f.2 12:34:56 Linux 6.8.0-45 0::/system.slice 8:0',
  ],
])('%s', (text, expected) => {
  expect(new Anonymiser().text(text)).toBe(expected);
});

test('mount sources keep their shape, in all three files the same', () => {
  const mountinfo =
    '36 35 98:0 / /data rw - nfs4 nas01.uni-x.edu:/vol/alice rw,addr=172.16.9.9\n37 35 0:9 / /s rw - tmpfs tmpfs rw\n38 35 8:1 / / rw - ext4 /dev/sda1 rw\n';
  const mounts = 'tank/secret /tank zfs rw 0 0\n//win/share /w cifs rw,username=carol,uid=0 0 0\n';
  const statistics = 'device nas01.uni-x.edu:/vol/alice mounted on /data with fstype nfs4 statvers=1.1\n';
  const anonymiser = learned({
    '/proc/self/mountinfo': mountinfo,
    '/proc/self/mounts': mounts,
    '/proc/self/mountstats': statistics,
  });
  const clean = (path: string, text: string): string =>
    cleanFile(path, Buffer.from(text), anonymiser).toString();
  expect(clean('/proc/self/mountinfo', mountinfo)).toBe(
    '36 35 98:0 / /data rw - nfs4 server1:/export1 rw,addr=10.0.0.1\n37 35 0:9 / /s rw - tmpfs tmpfs rw\n38 35 8:1 / / rw - ext4 /dev/sda1 rw\n',
  );
  expect(clean('/proc/self/mounts', mounts)).toBe(
    'pool2/data2 /tank zfs rw 0 0\n//server3/share3 /w cifs rw,username=user,uid=0 0 0\n',
  );
  expect(clean('/proc/self/mountstats', statistics)).toContain('device server1:/export1 mounted on /data');
});

test('serial numbers, command lines and names of processes go', () => {
  const anonymiser = learned({ '/sys/class/nvme/nvme0/serial': 'S4EWNX0R123456\n' });
  const clean = (path: string, text: string): string =>
    cleanFile(path, Buffer.from(text), anonymiser).toString();
  expect(clean('/sys/class/nvme/nvme0/serial', 'S4EWNX0R123456\n')).toBe('SERIAL0001\n');
  expect(clean('/sys/x/uevent', 'NAME=S4EWNX0R123456')).toBe('NAME=SERIAL0001');
  expect(clean('/proc/77/cmdline', 'python3\0train.py\0--token=abc\0')).toBe('command\0');
  expect(clean('/proc/77/stat', '77 (my secret) app) S 1')).toBe('77 (process) S 1');
  expect(clean('/proc/78/comm', 'slurmd\n')).toBe('slurmd\n');
});

test('what programs printed loses servers, serial numbers and the names of processes', () => {
  const anonymiser = learned();
  expect(cleanOutput('chronyc', 'C0A80001,time.uni-x.edu,3', anonymiser)).toMatch(/^C0A80001,host\d+,3$/);
  const xml =
    '<serial>1320417012345</serial><serial>N/A</serial><process_name>/home/alice/a.out</process_name><uuid>GPU-5c1a8e0e-1234-4abc-9def-0123456789ab</uuid>';
  expect(cleanOutput('nvidia-smi', xml, anonymiser)).toBe(
    '<serial>SERIAL0001</serial><serial>N/A</serial><process_name>command</process_name><uuid>GPU-00000000-0000-4000-8000-000000000001</uuid>',
  );
});

test('what was replaced is listed', () => {
  expect(learned().replaced).toEqual(
    expect.arrayContaining([
      { kind: 'host', original: 'gpu017', standIn: 'host1' },
      { kind: 'user', original: 'alice', standIn: 'user1' },
    ]),
  );
});
