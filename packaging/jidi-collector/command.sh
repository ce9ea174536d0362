#!/bin/sh
# jidi-collector as installed: on the Node.js that came with it, with this machine's configuration unless --config names
# another. Root becomes the collector's own user, so that nothing in its data folder ever belongs to root.
set -- /usr/lib/jidi-collector/node /usr/lib/jidi-collector/collector/jidi-collector.mjs \
  --config=/etc/jidi/collector.yaml "$@"
if [ "$(id -u)" = 0 ]; then
  exec runuser -u jidi-collector -- "$@"
fi
exec "$@"
