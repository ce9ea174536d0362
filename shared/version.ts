// The one version of everything that is built from this tree.
import packageFile from '../package.json' with { type: 'json' };

export const version = packageFile.version;
