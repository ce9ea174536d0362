import { expect, test } from 'vitest';
import { openRecords } from './open-records.ts';

test('identities are kept by kind and id, replaced and removed together', async () => {
  const { calls: records } = openRecords();
  const ann = { kind: 'account', id: 'ann', body: { role: 'viewer' } };
  const node = { kind: 'node', id: 'ann', body: { epoch: 1 } };
  await records.putIdentities([node, { ...ann, id: 'bob' }, ann]);
  expect(await records.identities('account')).toEqual([ann, { ...ann, id: 'bob' }]);
  expect(await records.identities('node')).toEqual([node]);
  expect(await records.identities('none')).toEqual([]);

  await records.putIdentities([
    { ...ann, id: 'bob', body: null },
    { ...ann, body: { role: 'admin' } },
    { kind: 'account', id: 'never-there', body: null },
  ]);
  expect(await records.identities('account')).toEqual([{ ...ann, body: { role: 'admin' } }]);

  // A body that cannot be written takes the others of its call with it.
  const ring: Record<string, unknown> = {};
  ring['self'] = ring;
  await expect(
    records.putIdentities([
      { ...ann, id: 'eve' },
      { kind: 'account', id: 'x', body: ring },
    ]),
  ).rejects.toThrow();
  expect(await records.identities('account')).toHaveLength(1);
});
