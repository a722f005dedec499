import type { PreferenceFormat, SkipKind, SkippedRow } from '../preferences/types.js';
import type { BadRow } from '../rows/types.js';

/** Where a row stands. */
export type Place = Pick<SkippedRow, 'file' | 'line'>;

/** A row, and one before it or in another file that it repeats or contradicts. */
export interface Match extends Place {
  other: Place;
}

/** Numbers in order, by a few of them (nearest rank). */
export interface Spread {
  min: number;
  median: number;
  /** 95 of 100 are no larger. */
  p95: number;
  max: number;
}

/** How long some texts are. */
export interface Lengths {
  /** Unicode's. */
  characters: Spread;
  /** What white space parts. */
  words: Spread;
  /** Undefined where no language model was named. */
  tokens?: Spread;
}

/** Rows that are there again. */
export interface Duplicates {
  /** Rows that repeat an earlier one, with its prompt, texts and scores; of prompts, with all columns. */
  rows: Match[];
  /** How many distinct prompts more than one row has. */
  repeatedPrompts: number;
  /** The prompt that most rows have, where one has several. */
  mostRepeated?: { prompt: string; rows: number };
}

/** What stands in another file too. */
export interface Leaks {
  /** The other file, as the user named it. */
  against: string;
  /** Rows whose prompt is there. */
  prompts: Match[];
  /** Pairs that are there, either way round. */
  pairs: Match[];
}

/** What is found in a dataset. */
export interface DataReport {
  source: string;
  files: readonly string[];
  format: 'prompts' | PreferenceFormat;
  /** With those that cannot be used. */
  rows: number;
  /** How many pairs the rows make; undefined for prompts. */
  pairs?: number;
  /** How many rows with a prompt can be used. */
  prompts: number;
  distinctPrompts: number;
  lengths: Partial<Record<'prompt' | 'completion' | 'chosen' | 'rejected', Lengths>>;
  duplicates: Duplicates;
  /** Pairs whose reverse is there too, and completions of a prompt that are there with another score. */
  contradictions: Match[];
  leaks?: Leaks;
  /** The share of pairs whose chosen text has more characters; equal ones count half. Undefined without pairs. */
  longerChosen?: number;
  /** How many pairs have an empty rejected text. */
  emptyRejected?: number;
  /** What gives no pair, by reason. */
  skipped: Partial<Record<SkipKind, number>>;
  /** Rows that cannot be read. */
  badRows: readonly BadRow[];
}
