import { setImmediate } from 'node:timers/promises';
import type { Tf } from '../../agent/index.js';
import { Interrupted, type NamedTensors, randomStream, shuffle } from '../../common/index.js';
import type { RewardModelConfig } from '../../config/index.js';
import { dropOut } from './dropout.js';
import { outputGradient, type TrainingPair } from './objective.js';
import { PairWeights } from './pairWeights.js';
import { type CompletionRows, gatherRows, type ScoreCompletions, scoreCompletions } from './rows.js';
import { ScoreNet } from './scoreNet.js';

export interface FitOptions {
  tf: Tf;
  completions: CompletionRows;
  pairs: readonly TrainingPair[];
  hidden: readonly number[];
  settings: Pick<RewardModelConfig, 'weightDecay' | 'dropout' | 'epochs' | 'batchSize' | 'lr'>;
  /** Weight of the penalty on the sum of a pair's scores. */
  centring: number;
  seed: number;
  /** Told after each update. */
  updated?: () => void;
  /** Called after each epoch, with what scores completions at that time. */
  afterEpoch?: (epoch: number, scores: ScoreCompletions) => Promise<void>;
  signal: AbortSignal | undefined;
}

/** A net that was fitted. */
export interface Fitted {
  scores: ScoreCompletions;
  read(): Promise<NamedTensors>;
  dispose(): void;
}

/** How many updates a fit of so many pairs makes. */
export function updatesOf(pairs: number, { epochs, batchSize }: FitOptions['settings']): number {
  return epochs * Math.ceil(pairs / batchSize);
}

/**
 * Fits a net to preference pairs: whole passes over them in shuffled minibatches of about equal size, with a learning rate
 * that falls to nothing.
 * @throws Interrupted when the signal stops it.
 */
export async function fitNet(options: FitOptions): Promise<Fitted> {
  const { tf, completions, pairs, hidden, settings, seed, signal } = options;
  const { inputs, outputs } = completions;
  const net = new ScoreNet(tf, { inputs, hidden, outputs }, settings, seed);
  const scores: ScoreCompletions = (asked) => scoreCompletions(net, completions, asked);
  const total = updatesOf(pairs.length, settings);
  try {
    let done = 0;
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      for (const batch of batchesOf(pairs, settings.batchSize, seed, epoch)) {
        // Lets a Ctrl-C be heard: a backend may compute without ever waiting.
        await setImmediate();
        if (signal?.aborted) throw new Interrupted('training was interrupted');
        updateNet(net, options, batch, done, 1 - done / total);
        done++;
        options.updated?.();
      }
      await options.afterEpoch?.(epoch, scores);
    }
    return { scores, read: () => net.read(), dispose: () => net.dispose() };
  } catch (error) {
    net.dispose();
    throw error;
  }
}

function* batchesOf(
  pairs: readonly TrainingPair[],
  batchSize: number,
  seed: number,
  epoch: number,
): Generator<TrainingPair[]> {
  const order = shuffle([...pairs], randomStream(seed, 'reward-order', epoch));
  const batches = Math.ceil(order.length / batchSize);
  for (let b = 0; b < batches; b++) {
    const place = (i: number) => Math.floor((i * order.length) / batches);
    yield order.slice(place(b), place(b + 1));
  }
}

function updateNet(
  net: ScoreNet,
  { tf, completions, settings, centring, seed }: FitOptions,
  batch: readonly TrainingPair[],
  update: number,
  rate: number,
): void {
  const distinct = [...new Set(batch.flatMap(({ chosen, rejected }) => [chosen, rejected]))];
  const gathered = gatherRows(completions, distinct);
  if (settings.dropout > 0) {
    const random = randomStream(seed, 'reward-dropout', update);
    dropOut(gathered.x, settings.dropout, 1 + random.int(2 ** 31 - 1));
  }
  const weights = new PairWeights(completions, distinct, gathered.starts, batch);
  net.update(
    gathered.x,
    (output) => outputGradient(tf, output, weights.upload(tf, centring > 0), centring),
    rate,
  );
}
