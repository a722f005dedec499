import type { ChatMessage } from '../lm/index.js';

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
}
