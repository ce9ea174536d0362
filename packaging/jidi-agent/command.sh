#!/bin/sh
# jidi-agent as installed: on the Node.js that came with it, with this node's configuration unless --config names another.
command=
if [ "${1:-}" = join ]; then
  command=join
  shift
fi
exec /usr/lib/jidi-agent/node /usr/lib/jidi-agent/agent/jidi-agent.mjs $command --config=/etc/jidi/agent.yaml "$@"
