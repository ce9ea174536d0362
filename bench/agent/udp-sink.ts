// Takes datagrams on loopback and counts what is in them. In: a way to count the values of one datagram. Out: sums.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface UdpSink {
  readonly port: number;
  readonly values: number;
  readonly bytes: number;
  /** Forgets what was counted. */
  reset(): void;
  close(): void;
}

export async function openUdpSink(countValues: (datagram: Buffer) => number): Promise<UdpSink> {
  const socket = createSocket('udp4');
  let values = 0;
  let bytes = 0;
  socket.on('message', (datagram) => {
    values += countValues(datagram);
    bytes += datagram.length;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    get values() {
      return values;
    },
    get bytes() {
      return bytes;
    },
    reset() {
      values = 0;
      bytes = 0;
    },
    close: () => void socket.close(),
  };
}
