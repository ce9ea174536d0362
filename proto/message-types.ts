// What the generated descriptor says of messages, arranged for encoding and decoding. In: the descriptor.
// Out: message types by name. It refuses what this protocol does not use: groups, maps, fixed and floating numbers.

export type ScalarKind = 'uint32' | 'int32' | 'uint64' | 'int64' | 'bool' | 'string' | 'bytes';

export interface MessageType {
  readonly fields: readonly Field[];
  readonly byId: ReadonlyMap<number, Field>;
}

export interface EnumType {
  readonly numbers: ReadonlyMap<unknown, number>;
  readonly names: ReadonlyMap<number, string>;
}

export interface Field {
  readonly name: string;
  readonly id: number;
  readonly isRepeated: boolean;
  /** Members of the oneof that the field belongs to, and its name; null for the others. */
  readonly oneof: { readonly name: string; readonly members: readonly string[] } | null;
  readonly value: FieldValue;
}

export type FieldValue =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'enum'; readonly type: EnumType }
  | { readonly kind: 'message'; readonly type: MessageType };

/** The part of the descriptor's JSON that is used here. */
export interface Namespace {
  readonly nested?: Readonly<Record<string, Definition>>;
}

interface Definition extends Namespace {
  readonly fields?: Readonly<Record<string, FieldDefinition>>;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly methods?: unknown;
}

interface FieldDefinition {
  readonly type: string;
  readonly id: number;
  readonly rule?: string;
}

const scalarKinds: ReadonlySet<string> = new Set<ScalarKind>([
  'uint32',
  'int32',
  'uint64',
  'int64',
  'bool',
  'string',
  'bytes',
]);

/** Types of one package, where every type has its own name. */
export class MessageTypes {
  readonly #definitions = new Map<string, Definition>();
  readonly #messages = new Map<string, MessageType>();
  readonly #enums = new Map<string, EnumType>();

  constructor(descriptor: Namespace) {
    this.#collect(descriptor);
  }

  /** Throws TypeError when there is no such message or one of its fields is of a kind that is refused. */
  message(name: string): MessageType {
    const known = this.#messages.get(name);
    if (known !== undefined) return known;
    const { fields: definitions, oneofs = {} } = this.#definitions.get(name) ?? {};
    if (definitions === undefined) throw new TypeError(`the protocol has no message ${name}`);
    const fields: Field[] = [];
    const byId = new Map<number, Field>();
    const type = { fields, byId };
    // Known before its fields are: a message may hold itself.
    this.#messages.set(name, type);
    for (const [fieldName, definition] of Object.entries(definitions)) {
      const [oneof, members] =
        Object.entries(oneofs).find(([, { oneof }]) => oneof.includes(fieldName)) ?? [];
      const field: Field = {
        name: fieldName,
        id: definition.id,
        isRepeated: definition.rule === 'repeated',
        oneof: oneof === undefined || members === undefined ? null : { name: oneof, members: members.oneof },
        value: this.#valueOf(definition.type),
      };
      fields.push(field);
      byId.set(field.id, field);
    }
    return type;
  }

  #collect({ nested = {} }: Namespace): void {
    for (const [name, definition] of Object.entries(nested)) {
      this.#definitions.set(name, definition);
      this.#collect(definition);
    }
  }

  #valueOf(type: string): FieldValue {
    if (isScalar(type)) return { kind: type };
    const values = this.#definitions.get(type)?.values;
    if (values === undefined) return { kind: 'message', type: this.message(type) };
    return { kind: 'enum', type: this.#enum(type, values) };
  }

  #enum(name: string, values: Readonly<Record<string, number>>): EnumType {
    const known = this.#enums.get(name);
    if (known !== undefined) return known;
    const entries = Object.entries(values);
    const type = {
      numbers: new Map<unknown, number>(entries),
      names: new Map(entries.map(([word, number]) => [number, word])),
    };
    this.#enums.set(name, type);
    return type;
  }
}

function isScalar(type: string): type is ScalarKind {
  return scalarKinds.has(type);
}
