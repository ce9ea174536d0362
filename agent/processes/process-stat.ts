// Reads /proc/PID/stat (proc_pid_stat(5)) from bytes into one object that is used again and again.
// In: bytes. Out: the fields wanted here. It refuses a content that is cut before field 24.
// The name may hold anything, also `) R 1`: the fields begin after the LAST closing parenthesis.

const openParenthesis = 40;
const closeParenthesis = 41;
const space = 32;
const zero = 48;
const nine = 57;
/** PF_KTHREAD in field 9, include/linux/sched.h. */
const kernelThreadFlag = 0x0020_0000;

export class ProcessStat {
  /** Bytes of the name: from, and one past. */
  nameStart = 0;
  nameEnd = 0;
  /** Changes when the name does, as it does at exec. */
  nameHash = 0;
  /** ASCII code of the state letter. */
  state = 0;
  parentPid = 0;
  isKernelThread = false;
  /** User and system time of all threads, in clock ticks. */
  cpuTicks = 0;
  threads = 0;
  /** Start after the boot, in clock ticks. */
  startTicks = 0;
  residentPages = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #position = 0;

  /** False when the content is not a whole stat line; the fields are worthless then. */
  parse(bytes: Uint8Array, length: number): boolean {
    const open = bytes.indexOf(openParenthesis);
    let close = length - 1;
    while (close > open && bytes[close] !== closeParenthesis) close -= 1;
    if (open < 0 || close <= open || close + 2 >= length) return false;
    this.nameStart = open + 1;
    this.nameEnd = close;
    this.nameHash = hashOf(bytes, open + 1, close);
    this.#bytes = bytes;
    this.#end = length;
    this.#position = close + 2;
    return this.#readFields();
  }

  /** Fields 3 to 24. */
  #readFields(): boolean {
    this.state = this.#bytes[this.#position] ?? 0;
    this.#position += 2;
    this.parentPid = this.#number();
    this.#skip(4);
    this.isKernelThread = (this.#number() & kernelThreadFlag) !== 0;
    this.#skip(4);
    this.cpuTicks = this.#number() + this.#number();
    this.#skip(4);
    this.threads = this.#number();
    this.#skip(1);
    this.startTicks = this.#number();
    this.#skip(1);
    this.residentPages = this.#number();
    return !Number.isNaN(this.cpuTicks + this.startTicks + this.residentPages + this.threads);
  }

  #skip(fields: number): void {
    for (let i = 0; i < fields; i += 1) {
      while (this.#position < this.#end && this.#bytes[this.#position] !== space) this.#position += 1;
      this.#position += 1;
    }
  }

  #number(): number {
    let value = 0;
    const start = this.#position;
    for (; this.#position < this.#end; this.#position += 1) {
      const byte = this.#bytes[this.#position] ?? 0;
      if (byte < zero || byte > nine) break;
      value = value * 10 + (byte - zero);
    }
    const digits = this.#position - start;
    this.#position += 1;
    return digits === 0 ? Number.NaN : value;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x0100_0193);
  return hash;
}
