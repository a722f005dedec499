import type { DatasetOptions } from '../datasets/datasetFiles.js';
import type { PreferencePair, SkipKind, SkippedRow } from '../preferences/types.js';
import { promptIdentity } from '../promptIdentity.js';
import type { PromptRow } from '../types.js';
import { countCharacters, lengthsOf } from './lengths.js';
import { contradictionsOf, duplicatesOf, leaksOf, promptsOf } from './matches.js';
import { type Dataset, readDataset } from './readDataset.js';
import type { DataReport, Lengths } from './types.js';

type Asked = Pick<PromptRow, 'prompt' | 'messages'>;

/** Counts the tokens of a language model. */
export interface TokenCounter {
  prompt(asked: Asked): number;
  /** Of a completion behind its prompt. */
  completion(asked: Asked, text: string): number;
}

export interface CheckDataOptions extends DatasetOptions {
  /** A file, or a dataset on the hub, that must share no prompt with the one that is checked. */
  against?: string;
  /** Gives lengths in tokens too. */
  tokens?: TokenCounter;
}

/**
 * Looks into prompts, scored, ranked or labelled completions, or preference pairs, whichever a file or a dataset on the
 * hub holds: how many there are, how long, what is there twice, contradicts itself, stands in another file too, or cannot
 * be used. Prompts are the same when they are equal but for case, white space and Unicode's compatible forms.
 * @throws InputError when it is missing, broken as a whole, or holds something else.
 */
export async function checkData(source: string, options: CheckDataOptions = {}): Promise<DataReport> {
  const { against, tokens, ...reading } = options;
  const dataset = await readDataset(source, reading);
  const { split: _, ...others } = reading;
  const other = against === undefined ? undefined : await readDataset(against, others);
  return reportOn(dataset, other, tokens);
}

/** What is found in a dataset. @param other one that it must not share prompts with */
export function reportOn(dataset: Dataset, other?: Dataset, tokens?: TokenCounter): DataReport {
  const { source, files, format, rows, pairs, bad } = dataset;
  const asked = promptsOf(dataset);
  return {
    ...{ source, files, format, rows },
    ...(format === 'prompts' ? {} : { pairs: pairs.length }),
    prompts: asked.length,
    distinctPrompts: new Set(asked.map(promptIdentity)).size,
    lengths: allLengths(dataset, tokens),
    duplicates: duplicatesOf(dataset),
    contradictions: contradictionsOf(dataset),
    ...(other ? { leaks: leaksOf(dataset, other) } : {}),
    ...(pairs.length > 0 ? { longerChosen: longerShare(pairs), emptyRejected: emptyCount(pairs) } : {}),
    skipped: countSkips(dataset.skipped),
    badRows: bad.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line),
  };
}

function allLengths(dataset: Dataset, tokens: TokenCounter | undefined): DataReport['lengths'] {
  const asked = promptsOf(dataset);
  const { completions } = dataset;
  // The pairs of scored completions repeat their texts.
  const pairs = dataset.format === 'paired' ? dataset.pairs : [];
  const all: [keyof DataReport['lengths'], Lengths | undefined][] = [
    ['prompt', lengthsOf(asked.map(wholeText), tokens && asked.map((row) => tokens.prompt(row)))],
    ['completion', ofTexts(completions, ({ completion }) => completion)],
    ['chosen', ofTexts(pairs, ({ chosen }) => chosen)],
    ['rejected', ofTexts(pairs, ({ rejected }) => rejected)],
  ];
  return Object.fromEntries(all.filter(([, lengths]) => lengths !== undefined));

  function ofTexts<T extends Asked>(rows: readonly T[], textOf: (row: T) => string): Lengths | undefined {
    return lengthsOf(rows.map(textOf), tokens && rows.map((row) => tokens.completion(row, textOf(row))));
  }
}

/** All that is said before the answer. */
function wholeText({ prompt, messages }: Asked): string {
  return messages?.map(({ content }) => content).join('\n') ?? prompt;
}

function longerShare(pairs: readonly PreferencePair[]): number {
  const wins = pairs.map(({ chosen, rejected }) => {
    return (Math.sign(countCharacters(chosen) - countCharacters(rejected)) + 1) / 2;
  });
  return wins.reduce((sum, win) => sum + win, 0) / pairs.length;
}

function emptyCount(pairs: readonly PreferencePair[]): number {
  return pairs.filter(({ rejected }) => rejected.trim() === '').length;
}

function countSkips(skipped: readonly SkippedRow[]): Partial<Record<SkipKind, number>> {
  const counts: Partial<Record<SkipKind, number>> = {};
  for (const { kind } of skipped) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
