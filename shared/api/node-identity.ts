// How nodes come in, over HTTP: tokens, requests that wait for a person, certificates. Times in seconds since the Unix epoch.
import { type Static, Type } from 'typebox';
import { NodeName } from './node.ts';
import { NullableNumber } from './nullable.ts';

/** As many nodes as the largest cluster has. */
export const mostTokensAtOnce = 5_000;
export const tokenLifeSeconds = { min: 60, max: 3_600, default: 600 } as const;

const nodeSet = Type.String({
  minLength: 1,
  maxLength: 65_536,
  description: `Node set, e.g. n[001-100]; at most ${mostTokensAtOnce} nodes.`,
});
const fingerprint = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of the public key, hexadecimal, as jidi-agent join shows it.',
});

export const CreateNodeTokens = Type.Object(
  {
    nodes: nodeSet,
    seconds: Type.Optional(
      Type.Integer({
        minimum: tokenLifeSeconds.min,
        maximum: tokenLifeSeconds.max,
        default: tokenLifeSeconds.default,
        description: 'How long they are good.',
      }),
    ),
    replace: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'The node may take the place of its predecessor although its certificate is still good, when it is silent: for nodes without disks.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'CreateNodeTokens' },
);
export type CreateNodeTokens = Static<typeof CreateNodeTokens>;

export const CreatedNodeTokens = Type.Object(
  {
    tokens: Type.Array(Type.Object({ node: Type.String(), token: Type.String() })),
    expires: Type.Number(),
    authority: Type.String({
      description: 'By which the node knows the collector: --ca-hash of jidi-agent join.',
    }),
  },
  { $id: 'CreatedNodeTokens' },
);
export type CreatedNodeTokens = Static<typeof CreatedNodeTokens>;

/** Not the token itself: nobody has it but who created it. */
export const NodeToken = Type.Object(
  {
    node: Type.String(),
    creator: Type.String(),
    created: Type.Number(),
    expires: Type.Number(),
    replace: Type.Boolean(),
  },
  { $id: 'NodeToken' },
);
export type NodeToken = Static<typeof NodeToken>;

export const RemoveNodeTokens = Type.Object(
  { nodes: nodeSet },
  { additionalProperties: false, $id: 'RemoveNodeTokens' },
);
export type RemoveNodeTokens = Static<typeof RemoveNodeTokens>;

export const NodeRequest = Type.Object(
  {
    node: Type.String(),
    fingerprint: Type.String(),
    reason: Type.Union([Type.Literal('no-token'), Type.Literal('in-use')], {
      description: '`in-use`: with a good token, but a node of this name is there already.',
    }),
    address: Type.String(),
    agentVersion: Type.String(),
    asked: Type.Number({ description: 'First time.' }),
    lastAsked: Type.Number(),
  },
  { $id: 'NodeRequest' },
);
export type NodeRequest = Static<typeof NodeRequest>;

/** Which key is meant: names can be claimed by several. */
export const DecideNodeRequest = Type.Object(
  { fingerprint },
  { additionalProperties: false, $id: 'DecideNodeRequest' },
);
export type DecideNodeRequest = Static<typeof DecideNodeRequest>;

export const NodeCertificate = Type.Object(
  {
    node: NodeName,
    epoch: Type.String({ description: 'New with each enrolment.' }),
    fingerprint: Type.String(),
    state: Type.Union([Type.Literal('valid'), Type.Literal('expired'), Type.Literal('revoked')]),
    enrolled: Type.Number(),
    expires: Type.Number(),
    revoked: NullableNumber,
  },
  { $id: 'NodeCertificate' },
);
export type NodeCertificate = Static<typeof NodeCertificate>;
