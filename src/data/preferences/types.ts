import type { ChatMessage, PromptRow } from '../types.js';

/** Two completions of a prompt, one of them preferred. */
export interface PreferencePair {
  /** The text that both continue; of a conversation, the last message's. Empty where the two begin alike nowhere. */
  prompt: string;
  /** The conversation that both answer, when the row holds one: it never ends with the assistant's turn. */
  messages?: readonly ChatMessage[];
  chosen: string;
  /** May be empty. */
  rejected: string;
  /** How much better the chosen one is, in the data's own units, where they tell. */
  margin?: number;
  /** The other columns; of a pair made of two rows, those of the chosen one. */
  row: Readonly<Record<string, unknown>>;
  /** The line where the row starts; in Parquet and in a JSON list, its number. Of two rows, the chosen one's. */
  line: number;
  /** The file that it was read from, as messages name it. */
  file?: string;
}

/** A completion of a prompt with its reward. */
export interface ScoredCompletion extends PromptRow {
  completion: string;
  reward: number;
  /** The file that it was read from, where several were. */
  file?: string;
}

/**
 * How rows tell preferences, by their columns: `paired` (`chosen`, `rejected`), `scored` (`reward` or `score`), `ranked`
 * (`rank`) or `unpaired` (`label`).
 */
export type PreferenceFormat = 'paired' | 'scored' | 'ranked' | 'unpaired';

/**
 * Why something gives no pair: the row is malformed; both texts are the same; both are as good; the chosen one is empty;
 * or nothing stands against it.
 */
export type SkipKind = 'bad row' | 'same text' | 'tie' | 'empty' | 'alone';

/** A row, or two rows, that give no pair. */
export interface SkippedRow {
  /** The file that it was read from, as messages name it. */
  file?: string;
  /** The line where it starts; in Parquet and in a JSON list, its number. Counted from 1. */
  line: number;
  kind: SkipKind;
  /** What is wrong with it. */
  reason: string;
}

export interface PreferenceSet {
  format: PreferenceFormat;
  /** How many rows were read, with those that give no pair. */
  rows: number;
  pairs: PreferencePair[];
  skipped: SkippedRow[];
  /** How many pairs have an empty rejected text. */
  emptyRejected: number;
}
