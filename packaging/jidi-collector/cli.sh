#!/bin/sh
# jidi as installed with the collector, on the Node.js that came with it.
exec /usr/lib/jidi-collector/node /usr/lib/jidi-collector/cli/jidi.mjs "$@"
