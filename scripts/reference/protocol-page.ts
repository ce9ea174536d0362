// In: the .proto files with their comments. Out: the page of the protocol between agent and collector.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { protocolVersion } from '../../proto/load.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { code, page, plain, section, table } from './markdown.ts';

const folder = join(import.meta.dirname, '../../proto');
const packageName = 'jidi.v1';

export function protocolPage(): string {
  const root = load();
  const nested = root.lookup(packageName);
  if (!(nested instanceof protobuf.Namespace)) throw new Error(`proto: no package ${packageName}`);
  const objects = nested.nestedArray.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return page(
    'Protocol',
    `gRPC, package \`${packageName}\`, version ${protocolVersion} of the greeting. Two streams, both of the agent's making:`,
    ...objects.filter((object) => object instanceof protobuf.Service).map(service),
    section('Bounds', 'What a message may hold; more is refused.', boundTable()),
    ...objects.filter((object) => object instanceof protobuf.Type).map(message),
    ...objects.filter((object) => object instanceof protobuf.Enum).map(enumeration),
  );
}

function load(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(folder, target);
  const files = readdirSync(join(folder, 'jidi/v1')).filter((name) => name.endsWith('.proto'));
  root.loadSync(
    files.toSorted().map((name) => `jidi/v1/${name}`),
    { keepCase: true, alternateCommentMode: true },
  );
  root.resolveAll();
  return root;
}

function service({ name, comment, methodsArray }: protobuf.Service): string {
  const rows = methodsArray.map((method) => [
    code(method.name),
    code(`stream ${method.requestType}`),
    code(`stream ${method.responseType}`),
    said(method.comment),
  ]);
  return section(name, said(comment), table(['Call', 'Up', 'Down', 'Meaning'], rows));
}

function message({ name, comment, fieldsArray }: protobuf.Type): string {
  const rows = fieldsArray.map((field) => [
    String(field.id),
    code(field.name),
    `${field.repeated ? 'list of ' : ''}${typeOf(field)}${field.partOf === null ? '' : ` (one of ${field.partOf.name})`}`,
    said(field.comment),
  ]);
  return section(name, said(comment), table(['Number', 'Field', 'Type', 'Meaning'], rows));
}

function typeOf(field: protobuf.Field): string {
  const inner =
    field.resolvedType === null ? code(field.type) : `[${field.type}](#${field.type.toLowerCase()})`;
  return field instanceof protobuf.MapField ? `map of ${code(field.keyType)} to ${inner}` : inner;
}

function enumeration({ name, comment, comments, values }: protobuf.Enum): string {
  const rows = Object.entries(values).map(([value, number]) => [
    String(number),
    code(value),
    said(comments[value] ?? null),
  ]);
  return section(name, said(comment), table(['Number', 'Value', 'Meaning'], rows));
}

function boundTable(): string {
  const rows = Object.entries(wireBounds).map(([name, bound]) => [code(name), String(bound)]);
  return table(['Bound', 'At most'], rows);
}

function said(comment: string | null): string {
  return plain((comment ?? '').replace(/\s+/g, ' ').trim());
}
