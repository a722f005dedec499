import type { ChatMessage, Lm, OpenLmOptions } from '../lm/index.js';

/** One completion to score. */
export interface RewardItem {
  prompt: string;
  completion: string;
  /** The conversation, when the prompt was given as chat messages. */
  messages?: readonly ChatMessage[];
  /** The completion's token ids. */
  tokens: readonly number[];
  /** The dataset row's other columns. */
  row: Readonly<Record<string, unknown>>;
}

/** Scores completions. Higher is better; scores of about -1 to 1 suit the default learning rate and beta. */
export interface RewardModel {
  name: string;
  /** One finite number per item, in order. */
  score(batch: readonly RewardItem[]): readonly number[] | Promise<readonly number[]>;
  /**
   * Where it can tell how good each token is: for every item, in order, a finite number for each of its `tokens`. A
   * return is then the sum of a completion's, and training uses this instead of `score`.
   */
  scoreTokens?(
    batch: readonly RewardItem[],
  ): readonly ArrayLike<number>[] | Promise<readonly ArrayLike<number>[]>;
  /** Frees what it holds, such as a model, and says through {@link RewardContext.note} what it skipped or paid. */
  close?(): Promise<void>;
}

/** What a reward is made with, besides its parameters. */
export interface RewardContext {
  /** Where the path of a user's module or file is looked for first; then in the current directory. */
  baseDirectory: string;
  /** The language model of the run that it is for: what a reward reads that names none of its own. */
  lm?: LmChoice;
  /** Opens a language model, which the reward closes; default: a new one, shared with nobody. */
  openLm?: (choice: LmChoice) => Promise<Lm>;
  /** Told as files of a model arrive from the hub. */
  onDownload?: OpenLmOptions['onDownload'];
  /** Told what the user should know, a line at a time. */
  note?: (line: string) => void;
  /** Stops a reward that waits for a server: it throws Interrupted. */
  signal?: AbortSignal;
}

/** Which language model to open: an id, and how. `layers` matter only to who reads states. */
export interface LmChoice
  extends Pick<OpenLmOptions, 'dtype' | 'device' | 'threads' | 'revision' | 'languages' | 'layers'> {
  /** A directory in transformers.js's layout, or a hub id. */
  id: string;
}
