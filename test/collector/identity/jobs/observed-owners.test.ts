// Over a real store, which is closed and opened again.
import { describe, expect, it, onTestFinished } from 'vitest';
import { ObservedOwners } from '../../../../collector/identity/jobs/observed-owners.ts';
import type { Store } from '../../../../collector/store/store.ts';
import { ColumnSnapshot, columnsOf } from '../../../../shared/column-snapshot.ts';
import { createLogger } from '../../../../shared/log.ts';
import { handClock, openStore, sender, t0, tempDir } from '../../store/open-store.ts';
import { processes, snapshot } from './some-processes.ts';

const log = createLogger('test', 'silent');
const identity = { name: 'n1', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 } as const;

async function observed(store: Store, nowMs = t0): Promise<ObservedOwners> {
  const owners = new ObservedOwners({ store, clock: handClock(nowMs), log });
  await owners.start();
  onTestFinished(() => owners.stop());
  return owners;
}

describe('owners of jobs, as process tables show them', () => {
  it('are known from what is stored, and from nothing that is not', async () => {
    const store = await openStore();
    const owners = await observed(store);
    const noted = owners.observe(store);
    await noted.append(sender, { sequence: 1, payload: processes(t0, { pid: 1, user: 'alice', job: '7' }) });
    expect(owners.register.ownerOf('7')).toBe('alice');
    // The number is stored: what comes with it now is not.
    await noted.append(sender, { sequence: 1, payload: processes(t0, { pid: 1, user: 'bob', job: '8' }) });
    expect(owners.register.ownerOf('8')).toBeNull();
  });

  it('are known from snapshots that came as columns', async () => {
    const owners = await observed(await openStore());
    const plain = snapshot(t0, [{ pid: 1, user: 'alice', job: '7' }]);
    const columns = new ColumnSnapshot(plain, columnsOf(plain));
    owners.stored('n1', { payload: { kind: 'processes', snapshots: [columns] } });
    expect(owners.register.ownerOf('7')).toBe('alice');
  });

  it('are known again after a start, also those of jobs that have ended and of contested ones', async () => {
    const dataDir = tempDir();
    const first = await openStore({ dataDir });
    const before = await observed(first);
    const noted = before.observe(first);
    const some = [
      { pid: 1, user: 'alice', job: '7' },
      { pid: 2, user: 'alice', job: '8' },
      { pid: 3, user: 'bob', job: '8' },
    ];
    await noted.append(sender, { sequence: 1, payload: processes(t0, ...some) });
    await before.stop();
    await first.close();
    const second = await openStore({ dataDir });
    const after = await observed(second, t0 + 86_400_000);
    expect([after.register.ownerOf('7'), after.register.ownerOf('8')]).toEqual(['alice', null]);
    expect(after.register.isThere('alice', 'n1', t0 + 30_000)).toBe(true);
    expect(after.register.isThere('alice', 'n1', t0 + 86_400_000)).toBe(false);
  });

  it('after a crash what was not written is read from the newest process tables', async () => {
    const dataDir = tempDir();
    const first = await openStore({ dataDir });
    await first.putNode(identity, t0);
    await first.append(sender, { sequence: 1, payload: processes(t0, { pid: 1, user: 'alice', job: '7' }) });
    await first.close();
    const second = await openStore({ dataDir });
    const owners = await observed(second, t0 + 5_000);
    await owners.caughtUp();
    expect(owners.register.ownerOf('7')).toBe('alice');
    expect(owners.register.isThere('alice', 'n1', t0 + 5_000)).toBe(true);
  });
});
