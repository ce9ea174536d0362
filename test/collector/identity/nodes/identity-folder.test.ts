import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { IdentityFolder } from '../../../../collector/identity/nodes/identity-folder.ts';
import { tempDir } from '../../store/open-store.ts';

it('follows no link that another program left in the way of a key, and takes no mode from what lies there', () => {
  const dataDir = tempDir();
  const folder = new IdentityFolder(dataDir);
  folder.make();
  const victim = join(dataDir, 'victim');
  writeFileSync(victim, 'mine');
  symlinkSync(victim, join(folder.path, 'server.key.new'));
  writeFileSync(join(folder.path, 'web.key.new'), 'left', { mode: 0o644 });
  for (const name of ['server.key', 'web.key']) {
    folder.write(name, 'secret');
    expect(readFileSync(join(folder.path, name), 'utf8')).toBe('secret');
    expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(victim, 'utf8')).toBe('mine');
});
