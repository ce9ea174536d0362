#!/bin/sh
# jidi as installed, on the Node.js that came with it.
exec /usr/lib/jidi-cli/node /usr/lib/jidi-cli/cli/jidi.mjs "$@"
