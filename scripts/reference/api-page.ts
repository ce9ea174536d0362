// In: the collector's description of itself (OpenAPI 3.1). Out: the page of routes and objects.
import { code, page, plain, section, table } from './markdown.ts';
import { type OpenApi, type Operation, parseOpenApi, type Schema, schemaOf, typeText } from './open-api.ts';
import type { CollectorFacts } from './running-collector.ts';

const words: Readonly<Record<string, string>> = { query: 'query', path: 'address', header: 'header' };

export function apiPage({ description }: CollectorFacts): string {
  const api = parseOpenApi(description);
  return page(
    'HTTP API',
    plain(api.info.description),
    [
      'The same for programs: `/api/v1/openapi.json`. Every request carries `Authorization: Bearer TOKEN` with an API token or the',
      'token of a session, or a cookie of the console; [roles.md](roles.md) says what each route asks for.',
    ].join('\n'),
    'Whatever goes wrong is answered with a [Problem](#problem) and a status from 400 on.',
    section('Routes', routeTable(api)),
    ...routes(api).map(([title, operation]) => section(title, ...describeRoute(operation))),
    section('Objects', 'A property that is not needed may be absent from a request.'),
    ...Object.entries(api.components.schemas).map(
      ([name, schema]) => `### ${name}\n\n${propertyTable(schema)}`,
    ),
  );
}

function routes({ paths }: OpenApi): readonly (readonly [title: string, operation: Operation])[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => method !== 'head')
      .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
}

function routeTable(api: OpenApi): string {
  const rows = routes(api).map(([title, { summary = '', tags = [] }]) => [
    code(title),
    plain(summary),
    tags.join(', '),
  ]);
  return table(['Route', 'What it does', 'Part'], rows);
}

function describeRoute({
  summary = '',
  parameters = [],
  requestBody,
  responses = {},
}: Operation): readonly string[] {
  const rows = parameters.map(({ name, in: place, required = false, description = '', schema }) => [
    code(name),
    words[place] ?? place,
    required ? 'yes' : 'no',
    typeText(schema),
    plain(description),
  ]);
  const body = schemaOf(requestBody);
  const answers = Object.entries(responses)
    .filter(isNoProblem)
    .map(([status, answer]) => [status, typeText(schemaOf(answer)), plain(answer.description ?? '')]);
  return [
    `${plain(summary)}.`,
    table(['Parameter', 'In', 'Needed', 'Type', 'Meaning'], rows),
    body === undefined ? '' : `Body: ${typeText(body)}.`,
    table(['Status', 'Answer', 'Meaning'], answers),
  ];
}

/** Every route answers with a Problem when it cannot; the page says so once. */
function isNoProblem([status]: readonly [string, unknown]): boolean {
  return !/^[45]XX$/.test(status);
}

function propertyTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    typeText(schema),
    required.includes(name) ? 'yes' : 'no',
    plain(schema.description ?? ''),
  ]);
  return table(['Property', 'Type', 'Needed', 'Meaning'], rows);
}
