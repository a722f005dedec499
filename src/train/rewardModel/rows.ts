import { type Pooling, pooledScore } from '../../reward/index.js';
import type { ScoreNet } from './scoreNet.js';

/** Rows that are scored together. */
const SCORED_ROWS = 4096;

/** What a net reads of completions, by their numbers. */
export interface CompletionRows extends Pick<Pooling, 'inputs' | 'outputs' | 'weights'> {
  /** Standardised rows of a completion, `[rows, inputs]`, not to be changed. */
  rows(completion: number): Float32Array;
}

/** Gives the scores of completions, by their numbers. */
export type ScoreCompletions = (completions: Iterable<number>) => Promise<Map<number, number>>;

/** Rows of several completions, one after the other. */
export interface GatheredRows {
  /** `[rows, inputs]`. */
  x: Float32Array;
  /** Where each completion's rows begin, and behind the last one their number. */
  starts: readonly number[];
}

/** The rows of some completions, in their order. */
export function gatherRows(completions: CompletionRows, some: readonly number[]): GatheredRows {
  const parts = some.map((completion) => completions.rows(completion));
  const starts = [0];
  for (const part of parts) starts.push(starts[starts.length - 1] + part.length / completions.inputs);
  const x = new Float32Array(starts[parts.length] * completions.inputs);
  parts.forEach((part, i) => {
    x.set(part, starts[i] * completions.inputs);
  });
  return { x, starts };
}

/** Scores completions with a net, each once. */
export async function scoreCompletions(
  net: ScoreNet,
  completions: CompletionRows,
  asked: Iterable<number>,
): Promise<Map<number, number>> {
  const scores = new Map<number, number>();
  for (const chunk of chunksOf(completions, new Set(asked))) {
    const { x, starts } = gatherRows(completions, chunk);
    const outputs = await net.outputs(x);
    chunk.forEach((completion, i) => {
      const weights = completions.weights(starts[i + 1] - starts[i]);
      scores.set(completion, pooledScore(outputs.subarray(starts[i] * completions.outputs), weights));
    });
  }
  return scores;
}

function* chunksOf(completions: CompletionRows, asked: Iterable<number>): Generator<number[]> {
  let chunk: number[] = [];
  let rows = 0;
  for (const completion of asked) {
    chunk.push(completion);
    rows += completions.rows(completion).length / completions.inputs;
    if (rows < SCORED_ROWS) continue;
    yield chunk;
    chunk = [];
    rows = 0;
  }
  if (chunk.length > 0) yield chunk;
}
