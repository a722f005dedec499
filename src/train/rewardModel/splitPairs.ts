import { InputError, randomStream, shuffle } from '../../common/index.js';
import { type PreferencePair, promptIdentity } from '../../data/index.js';

/** Pairs by what they are for; no prompt stands in both. */
export interface PairSplit {
  train: PreferencePair[];
  heldOut: PreferencePair[];
  /** Training pairs left out, because their prompts are evaluated on. */
  leaks: number;
}

export interface PairSplitOptions {
  /** Share of the prompts to hold out, at least one and at most all but one. */
  share: number;
  /** Names the draw. */
  seed: number;
  /** Pairs of their own to evaluate on, instead of holding some out. */
  evalPairs?: readonly PreferencePair[] | undefined;
}

/** @throws InputError when nothing is left to train or to evaluate on. */
export function splitPairs(
  pairs: readonly PreferencePair[],
  { share, seed, evalPairs }: PairSplitOptions,
): PairSplit {
  if (pairs.length === 0) throw new InputError('there are no preference pairs to train on: give some');
  if (evalPairs?.length === 0) {
    throw new InputError('there are no pairs to evaluate on: give others, or none to hold some out');
  }
  const held = new Set(evalPairs ? evalPairs.map(promptIdentity) : heldPrompts(pairs, share, seed));
  const isHeld = (pair: PreferencePair) => held.has(promptIdentity(pair));
  const train = pairs.filter((pair) => !isHeld(pair));
  if (train.length === 0) {
    throw new InputError(
      'every training prompt is an evaluation prompt too: give other pairs to evaluate on',
    );
  }
  const leaks = evalPairs ? pairs.length - train.length : 0;
  return { train, heldOut: evalPairs ? [...evalPairs] : pairs.filter(isHeld), leaks };
}

function heldPrompts(pairs: readonly PreferencePair[], share: number, seed: number): string[] {
  if (!(share > 0 && share < 1)) {
    throw new InputError(
      `a share of ${share} of the prompts cannot be held out: take one between 0 and 1, or give pairs to evaluate on`,
    );
  }
  const prompts = [...new Set(pairs.map(promptIdentity))];
  if (prompts.length < 2) {
    throw new InputError(
      'all pairs have the same prompt, so that none can be held out: add pairs of other prompts, or give pairs to ' +
        'evaluate on',
    );
  }
  const count = Math.min(prompts.length - 1, Math.max(1, Math.round(share * prompts.length)));
  return shuffle(prompts, randomStream(seed, 'reward-split')).slice(0, count);
}
