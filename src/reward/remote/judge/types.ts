import type { ChatMessage } from '../../../lm/index.js';

/** A completion to judge. */
export interface JudgeItem {
  prompt: string;
  /** The conversation, when the prompt was given as chat messages. */
  messages?: readonly ChatMessage[];
  completion: string;
}

/** Two completions of a prompt to compare. */
export interface JudgePair {
  prompt: string;
  /** The conversation, when the prompt was given as chat messages. */
  messages?: readonly ChatMessage[];
  a: string;
  b: string;
}

/** What is still to be paid for some work: about, for the tokens are counted by js-tiktoken and answers vary in length. */
export interface JudgeEstimate {
  /** Without those whose answers are in the cache. */
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Where the price of tokens is known. */
  usd?: number;
}

/** What was paid since the judge was opened: as the server counted it, or else js-tiktoken. */
export interface JudgeSpending {
  /** Requests that were answered. */
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Where the price of tokens is known. */
  usd?: number;
  /** Answers that needed no request, for they were in the cache or asked for already. */
  cached: number;
  /** Answers that hold no verdict, such as refusals. */
  skipped: number;
}

/** A model that judges completions. Verdicts come in the order of what is judged. */
export interface Judge {
  name: string;
  /**
   * Scores in [-1, 1]: those of the judge, from 1 to 10, spread evenly. Undefined where it gave none, twice.
   * @throws BudgetSpent, InputError when a request fails for good, Interrupted when the context's signal fires.
   */
  score(items: readonly JudgeItem[]): Promise<(number | undefined)[]>;
  /**
   * 1 where `a` wins, 0 where `b` does, 0.5 for a tie. Each pair is judged in both orders, and what does not win both is a
   * tie: judges favour a place. Undefined where the judge gave no verdict. Equal texts are a tie without asking.
   * @throws As {@link score}.
   */
  compare(pairs: readonly JudgePair[]): Promise<(number | undefined)[]>;
  /** What scores of items, or comparisons of pairs, would cost now. */
  estimate(work: readonly (JudgeItem | JudgePair)[]): JudgeEstimate;
  spent(): JudgeSpending;
  /** What the judge said instead of a verdict the last time, without keys. */
  lastSkipped(): string | undefined;
  /** Says what was paid through the context's `note`. */
  close(): Promise<void>;
}
