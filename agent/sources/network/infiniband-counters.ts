// Which file of a port is which metric of node_exporter: errors and state, not the traffic.
// The files: Documentation/ABI/stable/sysfs-class-infiniband, and for hw_counters the drivers of mlx4 and mlx5.
import { counter, type MetricDefinition } from '../../../shared/model/metric.ts';

export interface PortCounter {
  /** Below the folder of the port. */
  readonly file: string;
  readonly metric: MetricDefinition;
}

export const errorCounters: readonly PortCounter[] = [
  port('symbol_error', 'symbol_error', 'Minor link errors on one or more lanes.'),
  port('link_error_recovery', 'link_error_recovery', 'Times the link recovered by itself.'),
  port('link_downed', 'link_downed', 'Times the link failed to recover and went down.'),
  port('port_rcv_errors', 'port_errors_received', 'Packets received with an error.'),
  port(
    'port_rcv_remote_physical_errors',
    'port_receive_remote_physical_errors',
    'Packets received that were marked bad on their way.',
  ),
  port(
    'port_rcv_switch_relay_errors',
    'port_receive_switch_relay_errors',
    'Packets received that the switch could not forward.',
  ),
  port(
    'port_xmit_discards',
    'port_discards_transmitted',
    'Packets dropped because the port was down or congested.',
  ),
  port(
    'port_rcv_discards',
    'port_discards_received',
    'Packets received and dropped: port down or congested.',
  ),
  port(
    'port_xmit_constraint_errors',
    'port_constraint_errors_transmitted',
    'Packets not sent by a constraint.',
  ),
  port('port_rcv_constraint_errors', 'port_constraint_errors_received', 'Packets dropped by a constraint.'),
  port(
    'local_link_integrity_errors',
    'local_link_integrity_errors',
    'Times local errors passed their threshold.',
  ),
  port(
    'excessive_buffer_overrun_errors',
    'excessive_buffer_overrun_errors',
    'Times buffers kept overrunning.',
  ),
  port('VL15_dropped', 'vl15_dropped', 'Management packets dropped for lack of resources.'),
  port('port_xmit_wait', 'port_transmit_wait', 'Ticks with data to send and none sent: congestion.'),
  port('unicast_rcv_packets', 'unicast_packets_received', 'Unicast packets received.'),
  port('unicast_xmit_packets', 'unicast_packets_transmitted', 'Unicast packets sent.'),
  port('multicast_rcv_packets', 'multicast_packets_received', 'Multicast packets received.'),
  port('multicast_xmit_packets', 'multicast_packets_transmitted', 'Multicast packets sent.'),
  driver(
    'duplicate_request',
    'duplicate_requests_packets',
    'Requests received that had been carried out before.',
  ),
  driver('implied_nak_seq_err', 'implied_nak_seq_errors', 'Answers whose sequence number was too large.'),
  driver('local_ack_timeout_err', 'local_ack_timeout_errors', 'Times no acknowledgement came in time.'),
  driver('np_cnp_sent', 'np_cnp_packets_sent', 'Congestion notifications sent.'),
  driver(
    'np_ecn_marked_roce_packets',
    'np_ecn_marked_roce_packets_received',
    'RoCE packets received that the network marked as congested.',
  ),
  driver('out_of_buffer', 'out_of_buffer_drops', 'Drops because no receive request was posted.'),
  driver('out_of_sequence', 'out_of_sequence_packets_received', 'Packets received out of their sequence.'),
  driver('packet_seq_err', 'packet_sequence_errors', 'Sequence errors that the other side told.'),
  driver('req_cqe_error', 'req_cqes_errors', 'Completions in error, requester side.'),
  driver('req_cqe_flush_error', 'req_cqes_flush_errors', 'Completions flushed, requester side.'),
  driver('req_remote_access_errors', 'req_remote_access_errors', 'Remote access errors, requester side.'),
  driver(
    'req_remote_invalid_request',
    'req_remote_invalid_request_errors',
    'Invalid requests, requester side.',
  ),
  driver('resp_cqe_error', 'resp_cqes_errors', 'Completions in error, responder side.'),
  driver('resp_cqe_flush_error', 'resp_cqes_flush_errors', 'Completions flushed, responder side.'),
  driver('resp_local_length_error', 'resp_local_length_errors', 'Local length errors, responder side.'),
  driver('resp_remote_access_errors', 'resp_remote_access_errors', 'Remote access errors, responder side.'),
  driver(
    'rnr_nak_retry_err',
    'rnr_nak_retry_packets_received',
    'Times the other side was not ready to receive.',
  ),
  driver('roce_adp_retrans', 'roce_adp_retransmits', 'Adaptive retransmissions of RoCE.'),
  driver('roce_adp_retrans_to', 'roce_adp_retransmits_timeout', 'Timeouts of adaptive retransmission.'),
  driver('roce_slow_restart', 'roce_slow_restart_used', 'Times slow restart was used.'),
  driver(
    'roce_slow_restart_cnps',
    'roce_slow_restart_cnps',
    'Congestion notifications that slow restart made.',
  ),
  driver('roce_slow_restart_trans', 'roce_slow_restart', 'Times the state changed to slow restart.'),
  driver('rp_cnp_handled', 'rp_cnp_packets_handled', 'Congestion notifications obeyed.'),
  driver('rp_cnp_ignored', 'rp_cnp_ignored_packets_received', 'Congestion notifications ignored.'),
  driver('rx_atomic_requests', 'rx_atomic_requests', 'Atomic requests received.'),
  driver('rx_dct_connect', 'rx_dct_connect_requests', 'Connection requests to dynamic targets.'),
  driver('rx_icrc_encapsulated', 'rx_icrc_encapsulated_errors', 'RoCE packets with a wrong checksum.'),
  driver('rx_read_requests', 'rx_read_requests', 'Read requests received.'),
  driver('rx_write_requests', 'rx_write_requests', 'Write requests received.'),
];

function port(file: string, name: string, help: string): PortCounter {
  return { file: `counters/${file}`, metric: counter(`node_infiniband_${name}_total`, 0, help) };
}

function driver(file: string, name: string, help: string): PortCounter {
  return { file: `hw_counters/${file}`, metric: counter(`node_infiniband_${name}_total`, 0, help) };
}
