#!/bin/sh
# jidi-agent as installed: on the Node.js that came with it, with this node's configuration unless --config names another.
exec /usr/lib/jidi-agent/node /usr/lib/jidi-agent/agent/jidi-agent.mjs --config=/etc/jidi/agent.yaml "$@"
