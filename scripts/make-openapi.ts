/**
 * Writes docs/api/openapi.json: the local HTTP API as OpenAPI 3.1, from the contract that server and client
 * share. Fields of requests come from its `inputs`, answers and descriptions from its types. With `--check`
 * it writes nothing, and fails if the file is out of date.
 */
import { readFileSync } from 'node:fs'
import { createGenerator } from 'ts-json-schema-generator'
import { format, resolveConfig } from 'prettier'
import { inputs } from '../src/api/contract.ts'
import { API_PREFIX } from '../src/api/paths.ts'
import { HTTP_STATUS } from '../src/api/errors.ts'
import { BODY_LIMIT_BYTES } from '../src/api/serving.ts'
import { MAX_STREAMS } from '../src/api/server.ts'
import { writeGenerated } from './generated-file.ts'

const TARGET = 'docs/api/openapi.json'
const CONTRACT = 'src/api/contract.ts'

/** The parts of a JSON Schema that this script reads. */
interface Schema {
  $ref?: string
  description?: string
  properties?: Record<string, Schema>
  definitions?: Record<string, Schema>
  [keyword: string]: unknown
}

type Kind = 'call' | 'stream' | 'task'

interface Route {
  name: string
  kind: Kind
  description: string
  /** Of the answer; of a task, `progress` and `result`. */
  output: Schema
}

const generator = createGenerator({
  path: CONTRACT,
  tsconfig: 'tsconfig.json',
  type: ['CallOutputs', 'StreamOutputs', 'TaskOutputs', 'ErrorBody'],
  // `verify` runs the compiler in a separate step.
  skipTypeCheck: true,
  topRef: false,
  jsDoc: 'extended',
  // A later version may add fields to an answer.
  additionalProperties: true,
})

const schemas: Record<string, Schema> = {}

/** The JSON Schema of a type of the contract; types it refers to are added to `schemas`. */
function schemaOf(type: string): Schema {
  const { definitions = {}, $schema: _dialect, ...schema } = generator.createSchema(type) as Schema
  Object.assign(schemas, definitions)
  return schema
}

function routesOf(kind: Kind, type: string): Route[] {
  return Object.entries(schemaOf(type).properties ?? {}).map(([name, { description, ...output }]) => {
    if (description === undefined) throw new Error(`${CONTRACT}: '${name}' of ${type} has no docstring`)
    return { name, kind, description, output }
  })
}

/** Statuses of errors that any request may meet. */
const COMMON_STATUSES = [400, 401, 403, 413, 500, 503]
/** Where a request names something: it is not there, or there are several, or it is in the wrong state. */
const NAMING_STATUSES = [404, 409]
/** Where too many streams and tasks are open. */
const STREAM_STATUSES = [429]

const OTHER_STATUSES = [...new Set(Object.values(HTTP_STATUS))].filter(
  (status) => ![...COMMON_STATUSES, ...NAMING_STATUSES, ...STREAM_STATUSES].includes(status),
)

function codesOf(status: number): string[] {
  return Object.keys(HTTP_STATUS).filter((code) => HTTP_STATUS[code as keyof typeof HTTP_STATUS] === status)
}

/** An error answer for each status that routes name, with the codes that have it. */
function errorResponses(): Record<string, object> {
  return Object.fromEntries(
    [...COMMON_STATUSES, ...NAMING_STATUSES, ...STREAM_STATUSES].map((status) => {
      const codes = codesOf(status)
      const schema = {
        allOf: [
          { $ref: '#/components/schemas/ErrorBody' },
          { properties: { error: { properties: { code: { enum: codes } } } } },
        ],
      }
      const description = `The code is one of: ${codes.join(', ')}.`
      return [`Error${status}`, { description, content: { 'application/json': { schema } } }]
    }),
  )
}

/** The error answers of a route: those that any request may get, and those for its fields. */
function errorsOf({ name, kind }: Route): Record<string, object> {
  const { required, optional } = inputs[name as keyof typeof inputs]
  const namesThings = Object.keys({ ...required, ...optional }).length > 0
  const statuses = [
    ...COMMON_STATUSES,
    ...(namesThings ? NAMING_STATUSES : []),
    ...(kind === 'call' ? [] : STREAM_STATUSES),
  ]
  const references = statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }])
  return { ...Object.fromEntries(references), default: { $ref: '#/components/responses/OtherError' } }
}

function requestSchema(name: string): object {
  const { required, optional } = inputs[name as keyof typeof inputs]
  const names = Object.keys(required)
  return {
    type: 'object',
    properties: { ...required, ...optional },
    ...(names.length > 0 ? { required: names } : {}),
    additionalProperties: false,
  }
}

function success({ kind, output }: Route): object {
  if (kind === 'call') return { description: 'Done.', content: { 'application/json': { schema: output } } }
  if (kind === 'stream') {
    return { description: 'One JSON value per line.', content: { 'application/x-ndjson': { schema: output } } }
  }
  const record = (name: string): object => ({
    type: 'object',
    properties: { [name]: output.properties?.[name] },
    required: [name],
  })
  const schema = { oneOf: [record('progress'), record('result'), { $ref: '#/components/schemas/ErrorBody' }] }
  const description = 'One JSON value per line: progress, then a result or an error as the last one.'
  return { description, content: { 'application/x-ndjson': { schema } } }
}

function operation(route: Route): object {
  const { name, description } = route
  const [summary = ''] = description.split(/[;.]/)
  return {
    operationId: name,
    tags: [tagOf(name)],
    summary,
    description,
    requestBody: { required: true, content: { 'application/json': { schema: requestSchema(name) } } },
    responses: { '200': success(route), ...errorsOf(route) },
  }
}

/** What the part of a name before the dot stands for. */
const TAGS = {
  node: 'The node itself, its peers, blocks and events.',
  rooms: 'Rooms: make, join, carry, share and leave them.',
  children: 'Threads and other rooms below a room.',
  threads: 'Rooms about a message.',
  directory: 'Entries of rooms that are directories.',
  devices: 'Several devices of one person: add, join, list and remove.',
  messages: 'Messages of chat rooms.',
  guests: 'People who use the node in a browser on the local network.',
  page: 'The page in the browser.',
  documents: 'Documents of any room.',
  files: 'Files and folders of a room.',
  wants: 'Blocks that the node sets out to hold.',
  locks: 'What only one node at a time may do.',
  ring: 'Items that whichever nodes are up keep for each other.',
}

function tagOf(name: string): keyof typeof TAGS {
  const tag = name.includes('.') ? name.slice(0, name.indexOf('.')) : 'node'
  if (tag in TAGS) return tag as keyof typeof TAGS
  throw new Error(`'${tag}' has no description: add it to TAGS`)
}

/** Converts JSON Schema draft 7 to OpenAPI 3.1, which has another place for definitions and another word for tuples. */
function ofOpenApi(value: unknown): unknown {
  const text = JSON.stringify(value).replaceAll('"#/definitions/', '"#/components/schemas/')
  return JSON.parse(text, (_key, part: unknown) => {
    if (!hasTuple(part)) return part
    const { items, ...rest } = part
    return { ...rest, prefixItems: items }
  })
}

function hasTuple(part: unknown): part is { type: 'array'; items: unknown[] } {
  const { type, items } = (part ?? {}) as Schema
  return type === 'array' && Array.isArray(items)
}

const ABOUT = `What a running node offers to the programs of its user, on loopback. The file \`api.json\` in the node's data folder (\`~/.kith/default\`, unless another was chosen) holds the address, as \`url\`, and the \`token\` for the Authorization header. Its \`folder\` is the device and inode of that folder, as \`DEVICE:INODE\`: where they differ, the file came with a copy, and its node is that of another folder. Requests with an Origin header are refused, so that no web page may use the API, except for the node's own page. That page logs in with a link of \`page.link\`, and may use the routes that \`src/api/page-access.ts\` lists. It also sends and reads the bytes of files, by routes that are not described here (\`src/api/page-files.ts\`).

Every route takes a JSON object of at most ${BODY_LIMIT_BYTES / 1024} KiB; unknown fields are refused. A call answers with one JSON value. A stream or a task answers with lines of JSON (NDJSON) as things happen; at most ${MAX_STREAMS} are open at once. A stream that was cut off, because its reader was too slow or the node stopped, ends without the end of the HTTP body. A task ends in the node, too, when its reader leaves; \`wants.wait\` only stops waiting.

Ids, peers and addresses are text, bytes are base64, and times are milliseconds since 1970. Paths are read and written by the node's process. Answers may get new fields.`

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const errorBody = schemaOf('ErrorBody')
const routes = [
  ...routesOf('call', 'CallOutputs'),
  ...routesOf('stream', 'StreamOutputs'),
  ...routesOf('task', 'TaskOutputs'),
]

const document = {
  openapi: '3.1.0',
  info: { title: 'Local API of a Kith node', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
  servers: [
    {
      url: 'http://127.0.0.1:{port}',
      variables: { port: { default: '0', description: 'Stands in `url` of api.json; a new one at every start.' } },
    },
  ],
  security: [{ token: [] }],
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  paths: Object.fromEntries(routes.map((route) => [API_PREFIX + route.name, { post: operation(route) }])),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'The `token` of api.json.' } },
    responses: {
      ...errorResponses(),
      OtherError: {
        description: `Any other error: ${OTHER_STATUSES.map((status) => `${status} ${codesOf(status).join(', ')}`).join('; ')}.`,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
      },
    },
    schemas: Object.fromEntries(
      Object.entries({ ...schemas, ErrorBody: errorBody }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  },
}

const options = await resolveConfig(TARGET)
const json = await format(JSON.stringify(ofOpenApi(document)), { ...options, parser: 'json' })
writeGenerated(TARGET, json, 'the contract')
