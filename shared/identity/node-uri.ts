// The name of a node in its certificate: jidi://CLUSTER/node/NAME/EPOCH, the one URI among its subject alternative names.
// The epoch is random and new with each enrolment, so that a name that comes again is not the node it was.
import { nodeNamePattern } from '../model/node.ts';

export interface CertifiedName {
  readonly cluster: string;
  readonly node: string;
  /** 16 hexadecimal digits. */
  readonly epoch: string;
}

/** What a cluster may be called, as an anchored regular expression. */
export const clusterNamePattern = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';

const clusterName = new RegExp(clusterNamePattern);
const nodeName = new RegExp(nodeNamePattern);
const epochForm = /^[0-9a-f]{16}$/;
const uriForm = /^jidi:\/\/([^/]{1,63})\/node\/([^/]{1,253})\/([^/]{16})$/;

export function formatNodeUri({ cluster, node, epoch }: CertifiedName): string {
  return `jidi://${cluster}/node/${node}/${epoch}`;
}

/** undefined: it names no node. */
export function parseNodeUri(uri: string): CertifiedName | undefined {
  const [, cluster = '', node = '', epoch = ''] = uriForm.exec(uri) ?? [];
  if (!clusterName.test(cluster) || !nodeName.test(node) || !epochForm.test(epoch)) return undefined;
  return { cluster, node, epoch };
}
