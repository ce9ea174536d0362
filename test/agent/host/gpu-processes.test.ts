import { expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';

test('the memory of a process is the sum over the GPUs of all vendors, until one tells nothing any more', () => {
  const host = createHost();
  expect(host.gpuProcesses().size).toBe(0);
  host.publishGpuProcesses('nvidia', new Map([[10, 100]]));
  const one = host.gpuProcesses();
  expect(host.gpuProcesses()).toBe(one);
  host.publishGpuProcesses(
    'amd',
    new Map([
      [10, 5],
      [20, 7],
    ]),
  );
  expect([...host.gpuProcesses()]).toEqual([
    [10, 105],
    [20, 7],
  ]);
  expect([...one]).toEqual([[10, 100]]);
  host.publishGpuProcesses('nvidia', null);
  host.publishGpuProcesses('nvidia', null);
  expect([...host.gpuProcesses()]).toEqual([
    [10, 5],
    [20, 7],
  ]);
});
