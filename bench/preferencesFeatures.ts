import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RewardModelSettings, rewardModel } from '../src/config/index.js';
import type { PreferencePair } from '../src/data/index.js';
import { openLm } from '../src/lm/index.js';
import { type LmChoice, poolingOf } from '../src/reward/index.js';
import { bagOfWords } from '../src/train/rewardModel/bagOfWords.js';
import { indexCompletions } from '../src/train/rewardModel/completions.js';
import { readRows } from '../src/train/rewardModel/readRows.js';
import { standardise } from '../src/train/rewardModel/standardise.js';

/** What a linear head reads of pairs: the features of the chosen completion less those of the rejected. */
export interface Features {
  inputs: number;
  /** `[pairs, inputs]` each. */
  train: Float32Array;
  heldOut: Float32Array;
  /** scikit-learn's inverse strength of the penalty. */
  C: number;
}

export interface FeatureOptions {
  lm: LmChoice;
  pairs: readonly PreferencePair[];
  evalPairs: readonly PreferencePair[];
  settings: NonNullable<RewardModelSettings>;
  /** Counts of words instead of hidden states. */
  words?: boolean;
}

/** The features that the training itself makes. */
export async function exportFeatures({
  lm: choice,
  pairs,
  evalPairs,
  words,
  ...rest
}: FeatureOptions): Promise<Features> {
  const settings = rewardModel.parse(rest.settings);
  const { id, ...how } = choice;
  const lm = await openLm(id, { ...how, layers: settings.layers });
  try {
    const completions = indexCompletions(lm, { train: pairs, heldOut: evalPairs }, settings);
    const { train, heldOut, sequences } = completions;
    const C = 1 / (settings.weightDecay * train.length);
    const bag = bagOfWords(train, heldOut);
    const pooling = poolingOf(settings, lm.info.stateSize);
    const rows = words
      ? sequences.map((_, completion) => bag.rows(completion))
      : await readRows(lm, sequences, pooling, { observer: {}, signal: undefined });
    const { inputs } = words ? bag : pooling;
    if (!words) {
      standardise(rows, inputs, new Set(train.flatMap(({ chosen, rejected }) => [chosen, rejected])));
    }
    const differences = (some: typeof train) => {
      const all = new Float32Array(some.length * inputs);
      some.forEach(({ chosen, rejected }, i) => {
        all.set(
          rows[chosen].map((value, k) => value - rows[rejected][k]),
          i * inputs,
        );
      });
      return all;
    };
    return { inputs, train: differences(train), heldOut: differences(heldOut), C };
  } finally {
    await lm.close();
  }
}

/** What scikit-learn reaches. */
export interface Regression {
  accuracy: number;
  training: number;
}

/** scikit-learn's logistic regression on features; undefined where there is none in this Python. */
export function regress(python: string, { train, heldOut, inputs, C }: Features): Regression | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tokenq-features-'));
  try {
    writeFileSync(join(folder, 'train.f32'), new Uint8Array(train.buffer));
    writeFileSync(join(folder, 'heldout.f32'), new Uint8Array(heldOut.buffer));
    writeFileSync(join(folder, 'meta.json'), JSON.stringify({ inputs, C }));
    const { status, stdout, stderr } = spawnSync(python, ['bench/preferences_sklearn.py', folder], {
      encoding: 'utf8',
    });
    if (status === 0) return JSON.parse(stdout);
    console.error(stderr?.trim().split('\n').at(-1) ?? `${python} is not there`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
