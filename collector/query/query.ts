// The query layer's contract: read models for cluster, node, process and function, as the API's own objects.
// In: names and ranges, already checked. Out: plain data. null: there is no such node or profile.
import type { AuditRecord, Command } from '../../shared/api/command.ts';
import type { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import type { MapNode, Node, NodeDetail } from '../../shared/api/node.ts';
import type { ProcessTable } from '../../shared/api/process.ts';
import type { Profile } from '../../shared/api/profile.ts';
import type { LatestSample, ProcessUses, TopList } from '../../shared/api/range.ts';
import type { Labels } from '../../shared/model/metric.ts';
import type { MetricTable } from './metric-table.ts';
import type { ExportedProfile, ExportQuestion, ViewQuestion } from './profiles/views/view-question.ts';
import type { LatestQuery, RangeQuery, TopProcessesQuery, TopQuery } from './range.ts';

export interface MetricRange {
  readonly nodes: readonly string[];
  readonly metric: string;
  readonly match: Labels;
  /** Both ends included, ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null: the query layer chooses so that at most 500 samples come out. */
  readonly stepMs: number | null;
  /** Per-second rates of a counter; of a gauge it is a QueryError. */
  readonly rate: boolean;
}

export interface ProcessWish {
  /** null: now. */
  readonly atMs: number | null;
  /** Only processes of this job; undefined: all. */
  readonly job?: string;
}

export interface ListFilter {
  readonly limit: number;
  readonly beforeMs?: number;
}

export interface Query {
  nodes(): Promise<readonly Node[]>;
  /** Those of the names that no node has. */
  unknownNodes(names: readonly string[]): Promise<readonly string[]>;
  node(name: string): Promise<NodeDetail | null>;
  map(): Promise<readonly MapNode[]>;
  /** At a past moment; nodes of which nothing was measured then are left out. */
  mapAt(atMs: number): Promise<readonly MapNode[]>;
  metrics(node: string): Promise<readonly MetricInfo[] | null>;
  /**
   * A sample at time e stands for the bucket (e - step, e]; times are whole multiples of the step, and the buckets
   * cover the range: the last one may end after it, and is left out as long as there is nothing in it. All series have
   * the same times. Empty for an unknown node or metric and when nothing was measured in the range.
   */
  metricRange(range: MetricRange): Promise<readonly MetricSeries[]>;
  /** Several metrics of several nodes, of which unknown ones are left out; times and buckets as above. */
  metricTable(range: RangeQuery): Promise<MetricTable>;
  latest(wish: LatestQuery): Promise<readonly LatestSample[]>;
  top(wish: TopQuery): Promise<TopList>;
  topProcesses(wish: TopProcessesQuery): Promise<ProcessUses>;
  processes(node: string, wish: ProcessWish): Promise<ProcessTable | null>;
  profiles(filter: ListFilter & { node?: string }): Promise<readonly Profile[]>;
  /** Without its functions. */
  profile(id: string): Promise<Profile | null>;
  /** Of a profile on several nodes, in the order of their names; empty for any other. */
  profileParts(id: string): Promise<readonly Profile[]>;
  /** As JSON. Throws QueryError when there is no such profile, or not what is asked of it. */
  profileView(question: ViewQuestion): Promise<Uint8Array>;
  /** Throws as profileView does. */
  exportProfile(question: ExportQuestion): Promise<ExportedProfile>;
  commands(filter: ListFilter): Promise<readonly Command[]>;
  command(id: string): Promise<Command | null>;
  audit(filter: ListFilter): Promise<readonly AuditRecord[]>;
}

export type QueryErrorCode =
  | 'not-a-counter'
  | 'too-many-samples'
  | 'too-busy'
  | 'bad-parameter'
  | 'unknown-profile'
  | 'no-stacks'
  | 'no-samples'
  | 'nothing-chosen';

/** A question that cannot be answered as it was asked. */
export class QueryError extends Error {
  readonly code: QueryErrorCode;
  readonly remedy: string;

  constructor(code: QueryErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'QueryError';
    this.code = code;
    this.remedy = remedy;
  }
}
