// The inventory of a node, both ways. What is not known is null in the model, empty or zero on the wire.
// Decoding refuses more text or entries than allowed; encoding cuts them.
import type { InventoryInput, Inventory as WireInventory } from '../../proto/gen/jidi/v1/Inventory.ts';
import type { Inventory } from '../model/node.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkList,
  checkText,
  checkTime,
  clampInteger,
  maxUint32,
  wireBounds,
} from './bounds.ts';

export function encodeInventory(inventory: Inventory): InventoryInput {
  return {
    timeMs: inventory.timeMs,
    model: outText(inventory.model),
    cpuModel: outText(inventory.cpuModel),
    sockets: outNumber(inventory.sockets, maxUint32),
    cores: outNumber(inventory.cores, maxUint32),
    threads: outNumber(inventory.threads, maxUint32),
    memoryBytes: outNumber(inventory.memoryBytes),
    os: outText(inventory.os),
    kernel: outText(inventory.kernel),
    arch: outText(inventory.arch),
    bootTimeMs: outNumber(inventory.bootTimeMs),
    interfaces: inventory.interfaces.slice(0, wireBounds.interfaces).map((item) => ({
      name: outText(item.name),
      mac: outText(item.mac),
      addresses: item.addresses.slice(0, wireBounds.addresses).map(outText),
      bitsPerSecond: outNumber(item.bitsPerSecond),
    })),
    disks: inventory.disks.slice(0, wireBounds.disks).map((item) => ({
      name: outText(item.name),
      model: outText(item.model),
      sizeBytes: outNumber(item.sizeBytes),
    })),
  };
}

export function decodeInventory(inventory: WireInventory): Inventory {
  const interfaces = checkList('inventory.interfaces', inventory.interfaces, wireBounds.interfaces);
  const disks = checkList('inventory.disks', inventory.disks, wireBounds.disks);
  return {
    timeMs: checkTime('inventory.time_ms', inventory.timeMs),
    model: inText('model', inventory.model),
    cpuModel: inText('cpu_model', inventory.cpuModel),
    sockets: inNumber('sockets', inventory.sockets),
    cores: inNumber('cores', inventory.cores),
    threads: inNumber('threads', inventory.threads),
    memoryBytes: inNumber('memory_bytes', inventory.memoryBytes),
    os: inText('os', inventory.os),
    kernel: inText('kernel', inventory.kernel),
    arch: inText('arch', inventory.arch),
    bootTimeMs: inNumber('boot_time_ms', inventory.bootTimeMs),
    interfaces: interfaces.map((item) => ({
      name: checkText('inventory.interfaces.name', item.name, wireBounds.fact),
      mac: inText('interfaces.mac', item.mac),
      addresses: decodeAddresses(item.addresses),
      bitsPerSecond: inNumber('interfaces.bits_per_second', item.bitsPerSecond),
    })),
    disks: disks.map((item) => ({
      name: checkText('inventory.disks.name', item.name, wireBounds.fact),
      model: inText('disks.model', item.model),
      sizeBytes: inNumber('disks.size_bytes', item.sizeBytes),
    })),
  };
}

function decodeAddresses(addresses: readonly string[]): readonly string[] {
  const field = 'inventory.interfaces.addresses';
  return checkList(field, addresses, wireBounds.addresses).map((address) =>
    checkText(field, address, wireBounds.fact),
  );
}

function outText(text: string | null): string {
  return truncate(text ?? '', wireBounds.fact);
}

function outNumber(value: number | null, max = Number.MAX_SAFE_INTEGER): number {
  return clampInteger(value ?? 0, max);
}

function inText(field: string, text: string): string | null {
  return checkText(`inventory.${field}`, text, wireBounds.fact) || null;
}

function inNumber(field: string, value: number): number | null {
  return checkCount(`inventory.${field}`, value) || null;
}
