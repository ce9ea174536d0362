// What is told of an NFS mount, under node_exporter's names: bytes, transports, operations. In the order of the fields
// of /proc/self/mountstats (fs/nfs/super.c, net/sunrpc/stats.c of the kernel; nfsiostat(8) explains them).
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';

export interface NfsField {
  readonly metric: MetricDefinition;
  /** Place in the line. */
  readonly field: number;
  readonly divisor: number;
}

/** `bytes:` has eight numbers. */
export const byteFields: readonly NfsField[] = [
  count('read_bytes', 0, 'Bytes read by read(2).'),
  count('write_bytes', 1, 'Bytes written by write(2).'),
  count('direct_read_bytes', 2, 'Bytes read with O_DIRECT.'),
  count('direct_write_bytes', 3, 'Bytes written with O_DIRECT.'),
  count('total_read_bytes', 4, 'Bytes read from the server.'),
  count('total_write_bytes', 5, 'Bytes written to the server.'),
  count('read_pages', 6, 'Pages read through mmap(2).'),
  count('write_pages', 7, 'Pages written through mmap(2).'),
];

/** `xprt: tcp`: source port, binds, connects, idle jiffies, idle seconds, sends, receives, bad ids, requests, backlog. */
export const streamFields: readonly NfsField[] = [
  count('transport_bind', 1, 'Connections made from scratch.'),
  count('transport_connect', 2, 'Connections made.'),
  count('transport_sends', 5, 'Requests sent.'),
  count('transport_receives', 6, 'Answers received.'),
  count('transport_bad_transaction_ids', 7, 'Answers to no request.'),
  count('transport_backlog_queue', 9, 'Sum over requests of those that waited for a slot.'),
  gaugeOf('transport_maximum_rpc_slots', 10, 'Most requests that were ever under way.'),
  count('transport_sending_queue', 11, 'Sum over requests of those that waited to be sent.'),
  count('transport_pending_queue', 12, 'Sum over requests of those that waited for their answer.'),
];

/** `xprt: udp`: source port, binds, sends, receives, bad ids, requests, backlog; `null` is what it does not have. */
const datagramPlaces: readonly (number | null)[] = [1, null, 2, 3, 4, 6, 7, 8, 9];
/** `xprt: rdma` has fields of its own after the first ten. */
const streamFieldsOfRdma = 10;

/** The fields by their metric's place in `streamFields`; null where the protocol has none. */
export function transportPlaces(protocol: string): readonly (number | null)[] {
  if (protocol === 'udp') return datagramPlaces;
  return streamFields.map(({ field }) => (protocol === 'rdma' && field >= streamFieldsOfRdma ? null : field));
}

/** `READ:` requests, transmissions, timeouts, bytes sent, received, ms queued, ms to the answer, ms in all, errors. */
export const operationFields: readonly NfsField[] = [
  count('operations_requests', 0, 'Requests.'),
  count('operations_transmissions', 1, 'Transmissions; more than requests when some were sent again.'),
  count('operations_major_timeouts', 2, 'Requests without an answer in time, after all repeats.'),
  count('operations_sent_bytes', 3, 'Bytes sent, headers included.'),
  count('operations_received_bytes', 4, 'Bytes received, headers included.'),
  time('operations_queue_time', 5, 'Time that requests waited to be sent.'),
  time('operations_response_time', 6, 'Time from sending to the answer.'),
  time('operations_request_time', 7, 'Time from the request to its end.'),
  {
    metric: counter(
      'jidi_nfs_operations_errors_total',
      0,
      'Requests that ended in an error; absent on old kernels.',
    ),
    field: 8,
    divisor: 1,
  },
];

/** Followed are those that a job can feel; the rarer ones would only be more series. */
export const operations: readonly string[] =
  'READ WRITE GETATTR SETATTR LOOKUP ACCESS OPEN CLOSE COMMIT READDIR READDIRPLUS CREATE REMOVE RENAME LOCK'.split(
    ' ',
  );

export const ageMetric = counter(
  'node_mountstats_nfs_age_seconds_total',
  0,
  'Time since the mount was made.',
);
export const mountInfoMetric = gauge(
  'node_mountstats_nfs_mountpoint_info',
  0,
  'Where it is mounted; always 1.',
);

function count(name: string, field: number, help: string): NfsField {
  return { metric: counter(`node_mountstats_nfs_${name}_total`, 0, help), field, divisor: 1 };
}

function gaugeOf(name: string, field: number, help: string): NfsField {
  return { metric: gauge(`node_mountstats_nfs_${name}`, 0, help), field, divisor: 1 };
}

function time(name: string, field: number, help: string): NfsField {
  return { metric: counter(`node_mountstats_nfs_${name}_seconds_total`, 3, help), field, divisor: 1000 };
}
