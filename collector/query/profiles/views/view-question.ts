// What can be asked of a profile, as plain data that crosses threads.
import type { ExportFormat } from '../../../../shared/api/profile.ts';
import type {
  DifferenceParameters,
  SpreadParameters,
  StackChoice,
  StackShape,
  TimelineParameters,
} from '../../../../shared/api/profile-view.ts';

/** Moments, ms since the Unix epoch. */
export interface WindowTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

export type ViewQuestion = AskedView & {
  /** Nothing of what its process was started with is told. */
  readonly withoutCommand?: boolean;
};

type AskedView =
  | { readonly view: 'functions'; readonly id: string }
  | { readonly view: 'stacks'; readonly id: string; readonly asked: StackChoice }
  | { readonly view: 'difference'; readonly id: string; readonly asked: DifferenceParameters }
  | { readonly view: 'timeline'; readonly id: string; readonly asked: TimelineParameters }
  | { readonly view: 'spread'; readonly id: string; readonly asked: SpreadParameters }
  /** Of a continuous profile. */
  | {
      readonly view: 'windows';
      readonly id: string;
      readonly times: WindowTimes;
      readonly shape: StackShape;
    };

export interface ExportQuestion {
  readonly id: string;
  readonly format: ExportFormat;
  readonly asked: StackChoice;
}

/** A profile in a format for other programs. */
export interface ExportedProfile {
  readonly contentType: string;
  readonly fileName: string;
  readonly body: string | Uint8Array;
}

/** Answers or throws QueryError. */
export interface ProfileViews {
  /** JSON of what the API says. */
  view(question: ViewQuestion): Promise<Uint8Array>;
  export(question: ExportQuestion): Promise<ExportedProfile>;
}
