import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NamedTensors, randomStream, writeSafetensors } from '../../src/common/index.js';
import type { Lm } from '../../src/lm/index.js';
import { HEAD_FILE, identify, poolingOf, REWARD_FILE, type RewardFile } from '../../src/reward/index.js';

/** What a reward model in a test is like. */
export interface RewardModelOptions
  extends Partial<Pick<RewardFile, 'pooling' | 'hidden' | 'centre' | 'scale'>> {
  /** Where the language model is said to be; default: where it is. */
  id?: string;
}

/** Writes a reward model with random weights for an open language model, and its layers. @returns Its tensors. */
export async function writeRandomReward(
  directory: string,
  lm: Lm,
  { pooling = 'mean', hidden = [], centre = 0, scale = 1, id = lm.info.id }: RewardModelOptions = {},
): Promise<NamedTensors> {
  const { inputs, outputs } = poolingOf({ pooling, hidden }, lm.info.stateSize);
  const random = randomStream(1, 'test');
  const tensor = (shape: number[], scaled: number, shift = 0) => ({
    shape,
    data: Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      () => shift + scaled * random.normal(),
    ),
  });
  const sizes = [inputs, ...hidden, outputs];
  const tensors: NamedTensors = {
    'input.mean': tensor([inputs], 0.5),
    'input.scale': tensor([inputs], 0.1, 1),
  };
  sizes.slice(1).forEach((out, i) => {
    tensors[`${i}.weight`] = tensor([sizes[i], out], 1 / Math.sqrt(sizes[i]));
    tensors[`${i}.bias`] = tensor([out], 0.1);
  });
  const file: RewardFile = {
    version: 1,
    lm: { id, layers: [...lm.info.layers], identity: await identify(lm) },
    ...{ pooling, hidden, centre, scale },
    training: { pairs: 1, heldOut: 1, accuracy: 1, seed: 0, settings: {} },
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, REWARD_FILE), JSON.stringify(file));
  writeFileSync(join(directory, HEAD_FILE), writeSafetensors(tensors));
  return tensors;
}
