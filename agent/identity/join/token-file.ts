// The file with the token of a node, or of many: `TOKEN` alone, or lines `NODE TOKEN`, as a provisioning tool hands them out.
// It refuses a file that others may read, and one that has no token for this node.
import { readFileSync, statSync } from 'node:fs';
import { errorMessage, StartError } from '../../../shared/errors.ts';

const mostBytes = 1024 * 1024;
const tokenForm = /^[0-9A-Za-z_-]{16,128}$/;

/** Throws StartError. */
export function readToken(path: string, node: string): string {
  const text = readPrivate(path);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));
  const [first] = lines;
  const alone = lines.length === 1 && first?.length === 1 ? first[0] : undefined;
  const token = alone ?? lines.find(([name]) => name === node)?.[1];
  if (token !== undefined && tokenForm.test(token)) return token;
  throw new StartError(
    `token file ${path}: there is no token for ${node} in it`,
    `Make one on the collector: jidi node token create ${node}; the file holds the token alone, or lines "NODE TOKEN".`,
  );
}

function readPrivate(path: string): string {
  try {
    const { mode, size } = statSync(path);
    if ((mode & 0o077) !== 0) {
      throw new StartError(
        `token file ${path}: others may read it`,
        `Close it: chmod 600 ${path}; if anybody may have read it, make another token.`,
      );
    }
    if (size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `token file ${path}: ${errorMessage(error)}`,
      'Name a file that this user may read.',
      {
        cause: error,
      },
    );
  }
}
