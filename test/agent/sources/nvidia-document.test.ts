// Documents of nvidia-smi of several generations of the driver, and damaged ones.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gpuColumns, migColumns, parseQuantity } from '../../../agent/sources/gpu/nvidia-columns.ts';
import { parseNvidiaDocument } from '../../../agent/sources/gpu/nvidia-document.ts';
import { parseNvlink } from '../../../agent/sources/gpu/nvidia-nvlink.ts';
import type { GpuReading, NvidiaReading } from '../../../agent/sources/gpu/nvidia-reading.ts';
import { machineFolder } from './fixture-machine.ts';

const mebibyte = 1024 * 1024;

function load(name: string): Buffer {
  return readFileSync(join(machineFolder('nvidia'), name));
}

function parse(document: Buffer): NvidiaReading {
  const reading = parseNvidiaDocument(document);
  if (reading === null) throw new Error('the document is not whole');
  return reading;
}

/** The values that are there, by metric without its prefix and the label that tells columns apart. */
function valuesOf({ values }: Pick<GpuReading, 'values'>, columns = gpuColumns): Record<string, number> {
  const there = columns.flatMap(({ metric, labels }, at) => {
    const key = [metric.name.replace('jidi_gpu_', ''), ...Object.values(labels)].join(' ');
    const value = values[at] ?? Number.NaN;
    return Number.isNaN(value) ? [] : [[key, value] as const];
  });
  return Object.fromEntries(there);
}

function onlyGpu(name: string): GpuReading {
  const { gpus } = parse(load(name));
  const [gpu] = gpus;
  if (gpu === undefined || gpus.length > 1) throw new Error(`${name} has ${gpus.length} GPUs`);
  return gpu;
}

describe('driver generations', () => {
  test('R418, a GeForce: what is [Not Supported] or N/A is absent', () => {
    const gpu = onlyGpu('documents/r418-geforce.xml');
    expect(gpu).toMatchObject({
      name: 'GeForce GTX 1070 Ti',
      pciAddress: '0000:01:00.0',
      migs: [],
      processes: [],
    });
    const values = valuesOf(gpu);
    expect(values).toMatchObject({
      utilization_ratio: 0,
      memory_busy_ratio: 0.01,
      memory_size_bytes: 8119 * mebibyte,
      memory_used_bytes: 42 * mebibyte,
      pcie_transmit_bytes_per_second: 2_000_000,
      fan_ratio: 1,
      performance_state: 8,
      'throttle gpu_idle': 1,
      'throttle hw_slowdown': 0,
      'clock_hertz memory': 405e6,
      temperature_slowdown_celsius: 96,
    });
    for (const key of Object.keys(values))
      expect(key).not.toMatch(/^(power|ecc|retired|remapped|memory_temp)|applications/);
  });

  test('R470, a V100: pages are retired, errors are counted by bits', () => {
    const gpu = onlyGpu('documents/r470-v100.xml');
    expect(valuesOf(gpu)).toMatchObject({
      power_watts: 231.4,
      power_limit_watts: 300,
      'ecc_errors_total single_bit': 4,
      'ecc_volatile_errors_total double_bit': 4,
      'retired_pages single_bit': 1,
      'retired_pages double_bit': 1,
      retired_pages_pending: 0,
    });
    expect(gpu.processes).toEqual([{ pid: 9120, bytes: 30_103 * mebibyte }]);
  });

  test('R470, an A100 with MIG: the devices have memory, the GPU has no utilization', () => {
    const gpu = onlyGpu('documents/r470-a100-mig.xml');
    const values = valuesOf(gpu);
    expect(values).not.toHaveProperty('utilization_ratio');
    expect(values).not.toHaveProperty('pcie_transmit_bytes_per_second');
    expect(values).toMatchObject({
      remapped_rows_pending: 1,
      remapped_rows_failure: 0,
      'remapped_rows uncorrectable': 1,
    });
    expect(gpu.migs.map((mig) => [mig.index, mig.gpuInstance, mig.computeInstance])).toEqual([
      ['0', '1', '0'],
      ['1', '5', '0'],
    ]);
    expect(gpu.migs.map((mig) => valuesOf(mig, migColumns))).toEqual([
      {
        mig_memory_size_bytes: 40_192 * mebibyte,
        mig_memory_used_bytes: 37 * mebibyte,
        mig_ecc_uncorrectable_errors_total: 0,
      },
      {
        mig_memory_size_bytes: 19_968 * mebibyte,
        mig_memory_used_bytes: 11_264 * mebibyte,
        mig_ecc_uncorrectable_errors_total: 0,
      },
    ]);
    expect(gpu.processes).toEqual([{ pid: 51_980, bytes: 11_254 * mebibyte }]);
  });

  test('R535, an H100: power, reasons and temperatures under their new names', () => {
    expect(valuesOf(onlyGpu('documents/r535-h100.xml'))).toMatchObject({
      power_watts: 684.37,
      power_limit_watts: 700,
      temperature_margin_celsius: 25,
      'throttle hw_thermal_slowdown': 0,
      'ecc_errors_total sram_uncorrectable': 0,
      'clock_max_hertz sm': 1980e6,
    });
  });

  test('R570, an H200: the average of the power, time under each reason, no reset wanted', () => {
    expect(valuesOf(onlyGpu('documents/r570-h200.xml'))).toMatchObject({
      power_watts: 76.31,
      'throttle_seconds_total sw_thermal_slowdown': 0.125,
      'ecc_errors_total sram_uncorrectable_parity': 0,
      recovery_needed: 0,
      memory_used_bytes: 0,
    });
  });

  test('R590, a GPU that is lost: of what it measures nothing is told, and its neighbour is told', () => {
    const { gpus } = parse(load('documents/r590-lost.xml'));
    expect(gpus.map(({ pciAddress }) => pciAddress)).toEqual(['0000:18:00.0', '0000:2a:00.0']);
    const [lost, neighbour] = gpus.map((gpu) => valuesOf(gpu));
    expect(lost).toEqual({ pcie_link_width_max: 16, recovery_needed: 1 });
    expect(neighbour).toMatchObject({ utilization_ratio: 0.97, recovery_needed: 0 });
  });
});

describe('documents that are not whole', () => {
  const whole = load('nvidia-smi.xml');
  const end = whole.indexOf('</nvidia_smi_log>');

  test('are nothing, wherever they were cut', () => {
    expect(parseNvidiaDocument(Buffer.alloc(0))).toBeNull();
    for (let at = 1; at <= end; at += 211) {
      // The stream gives what ends with the mark: what was lost is in the middle.
      const holed = Buffer.concat([whole.subarray(0, at), whole.subarray(end)]);
      expect(parseNvidiaDocument(whole.subarray(0, at)), `cut at ${at}`).toBeNull();
      const reading = parseNvidiaDocument(holed);
      // Between two GPUs a document is whole again.
      expect(reading === null || reading.gpus.length < 3, `a hole at ${at}`).toBe(true);
    }
  });

  test('are passed over when a whole one follows', () => {
    for (const at of [10, 300, 5_000, end]) {
      const both = Buffer.concat([whole.subarray(0, at), whole]);
      expect(parseNvidiaDocument(both)).toEqual(parse(whole));
    }
  });

  test('are nothing when they are garbage', () => {
    for (const text of [
      '',
      '</nvidia_smi_log>',
      '<nvidia_smi_log',
      '<nvidia_smi_log><<<>>>',
      '\u0000\uffff<a>',
      '<nvidia_smi_log><gpu></nvidia_smi_log>',
    ]) {
      expect(parseNvidiaDocument(Buffer.from(text)), text).toBeNull();
    }
  });
});

test('a quantity needs its unit and nothing else', () => {
  expect(parseQuantity('37 %', 'percent')).toBe(0.37);
  expect(parseQuantity('81559 MiB', 'mebibytes')).toBe(81_559 * mebibyte);
  expect(parseQuantity('-5 C', 'celsius')).toBe(-5);
  for (const text of [
    '',
    '37',
    '37 MiB',
    'N/A',
    '[N/A]',
    'ERR!',
    '1e3 %',
    '0x10 %',
    '18446744073709551615 %',
    ' 5 %',
    '5  %',
  ]) {
    expect(parseQuantity(text, 'percent'), text).toBeNaN();
  }
});

describe('traffic over NVLink', () => {
  test('is summed over the links of a GPU', () => {
    const text =
      'GPU 0: A (UUID: GPU-1)\n\t Link 0: Data Tx: 1 KiB\n\t Link 0: Data Rx: 2 KiB\n\t Link 1: Data Tx: 3 KiB\n\t Link 1: Data Rx: 4 KiB\nGPU 1: B (UUID: GPU-2)\n';
    expect(parseNvlink(text)).toEqual([{ links: 4, transmitBytes: 4096, receiveBytes: 6144 }, undefined]);
  });

  test('is absent for a GPU of which a link does not tell, or is missing half', () => {
    expect(parseNvlink('GPU 0: A\n\t Link 0: Data Tx: N/A\n\t Link 0: Data Rx: N/A\n')).toEqual([undefined]);
    expect(parseNvlink('GPU 0: A\n\t Link 0: Data Tx: 5 KiB\n')).toEqual([undefined]);
  });

  test('is nothing where there are no links, or the numbers do not run', () => {
    for (const text of [
      '',
      'garbage\n',
      'GPU 0: A (UUID: GPU-1)\n',
      'GPU 1: A\n\t Link 0: Data Tx: 1 KiB\n',
    ]) {
      expect(parseNvlink(text), text).toBeNull();
    }
  });
});
