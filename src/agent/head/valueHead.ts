import type { Tensor } from '@tensorflow/tfjs-core';
import type { CriticConfig } from '../../config/index.js';
import type { Tf } from '../compute/backend.js';
import { hlGaussDecode, hlGaussValues } from '../compute/losses/hlGauss.js';
import { quantileMean } from '../compute/losses/quantile.js';

/** How many numbers `v` gives of a state. */
export function valueOutputs(critic: CriticConfig): number {
  switch (critic.type) {
    case 'scalar':
      return 1;
    case 'quantile':
      return critic.quantiles;
    case 'hl-gauss':
      return critic.bins;
  }
}

/**
 * The value of states from what `v` gives of them: the number itself, the mean of the quantiles, or the expectation over
 * the bins.
 * @param raw `[n, outputs]`
 * @returns `[n]`
 */
export function decodeValues(critic: CriticConfig, raw: Float32Array): Float32Array {
  switch (critic.type) {
    case 'scalar':
      return raw;
    case 'quantile':
      return quantileMean(raw, critic.quantiles);
    case 'hl-gauss':
      return hlGaussDecode(raw, critic);
  }
}

/** {@link decodeValues} on the backend; `[n, outputs]` to `[n]`. */
export function decodedValues(tf: Tf, critic: CriticConfig, raw: Tensor): Tensor {
  switch (critic.type) {
    case 'scalar':
      return tf.reshape(raw, [raw.size]);
    case 'quantile':
      return tf.mean(raw, 1);
    case 'hl-gauss':
      return hlGaussValues(tf, raw, critic);
  }
}
