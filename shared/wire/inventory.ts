// Inventory: model ↔ message. On the wire an empty text or a zero says: not known.
import type { InventoryInput, Inventory as WireInventory } from '../../proto/gen/jidi/v1/Inventory.ts';
import type { Inventory } from '../model/node.ts';
import { truncate } from '../text.ts';
import { countField, listField, textField, timeField } from './fields.ts';

const maxText = 256;
const maxDevices = 256;
const maxAddresses = 64;

export function encodeInventory(inventory: Inventory): InventoryInput {
  return {
    timeMs: inventory.timeMs,
    model: text(inventory.model),
    cpuModel: text(inventory.cpuModel),
    sockets: inventory.sockets ?? 0,
    cores: inventory.cores ?? 0,
    threads: inventory.threads ?? 0,
    memoryBytes: inventory.memoryBytes ?? 0,
    os: text(inventory.os),
    kernel: text(inventory.kernel),
    arch: text(inventory.arch),
    bootTimeMs: inventory.bootTimeMs ?? 0,
    interfaces: inventory.interfaces.slice(0, maxDevices).map((each) => ({
      name: text(each.name),
      mac: text(each.mac),
      addresses: each.addresses.slice(0, maxAddresses).map(text),
      bitsPerSecond: each.bitsPerSecond ?? 0,
    })),
    disks: inventory.disks.slice(0, maxDevices).map((disk) => ({
      name: text(disk.name),
      model: text(disk.model),
      sizeBytes: disk.sizeBytes ?? 0,
    })),
  };
}

export function decodeInventory(inventory: WireInventory): Inventory {
  return {
    timeMs: timeField('inventory.time_ms', inventory.timeMs),
    model: known('model', inventory.model),
    cpuModel: known('cpu_model', inventory.cpuModel),
    sockets: inventory.sockets || null,
    cores: inventory.cores || null,
    threads: inventory.threads || null,
    memoryBytes: countField('inventory.memory_bytes', inventory.memoryBytes) || null,
    os: known('os', inventory.os),
    kernel: known('kernel', inventory.kernel),
    arch: known('arch', inventory.arch),
    bootTimeMs: timeField('inventory.boot_time_ms', inventory.bootTimeMs) || null,
    interfaces: listField('inventory.interfaces', inventory.interfaces, maxDevices).map((each) => ({
      name: textField('inventory.interfaces.name', each.name, maxText),
      mac: known('interfaces.mac', each.mac),
      addresses: listField('inventory.interfaces.addresses', each.addresses, maxAddresses).map((address) =>
        textField('inventory.interfaces.addresses', address, maxText),
      ),
      bitsPerSecond: countField('inventory.interfaces.bits_per_second', each.bitsPerSecond) || null,
    })),
    disks: listField('inventory.disks', inventory.disks, maxDevices).map((disk) => ({
      name: textField('inventory.disks.name', disk.name, maxText),
      model: known('disks.model', disk.model),
      sizeBytes: countField('inventory.disks.size_bytes', disk.sizeBytes) || null,
    })),
  };
}

function text(value: string | null): string {
  return truncate(value ?? '', maxText);
}

function known(field: string, value: string): string | null {
  return textField(`inventory.${field}`, value, maxText) || null;
}
