import { InputError, type RandomStream } from '../common/index.js';
import type { HeadSpec, HeadTensors } from './types.js';

/** The head's two nets: `g` gives the advantage, `v` the value. */
export type NetName = 'g' | 'v';

/** Sizes of a net's input, hidden layers and output: `g` is `d -> hidden -> d`, `v` is `d + 1 -> hidden -> 1`. */
export function layerSizes(net: NetName, { stateSize, hidden }: HeadSpec): number[] {
  return net === 'g' ? [stateSize, ...hidden, stateSize] : [stateSize + 1, ...hidden, 1];
}

/** Names of a net's tensors in order, `g.0.weight`, `g.0.bias`, `g.1.weight`, ... */
export function tensorNames(net: NetName, { hidden }: HeadSpec): string[] {
  return Array.from({ length: hidden.length + 1 }, (_, i) => [
    `${net}.${i}.weight`,
    `${net}.${i}.bias`,
  ]).flat();
}

/**
 * Checks that a head has a net's tensors, in the shapes that its spec says.
 * @throws InputError naming the first that is missing or of another shape.
 */
export function checkNet(net: NetName, spec: HeadSpec, head: HeadTensors): void {
  const sizes = layerSizes(net, spec);
  tensorNames(net, spec).forEach((name, i) => {
    const layer = i >> 1;
    checkTensor(head, name, i % 2 === 0 ? [sizes[layer], sizes[layer + 1]] : [sizes[layer + 1]]);
  });
}

/** Checks that a head is whole and fits its spec. @throws InputError when it is not. */
export function checkHead(spec: HeadSpec, head: HeadTensors): void {
  checkTensor(head, 'input.mean', [spec.stateSize]);
  checkTensor(head, 'input.scale', [spec.stateSize]);
  checkNet('g', spec, head);
  checkNet('v', spec, head);
}

function checkTensor(head: HeadTensors, name: string, shape: number[]): void {
  const found = head[name]?.shape;
  if (found?.join() === shape.join()) return;
  const instead = found ? `is [${found.join(', ')}]` : 'is missing';
  throw new InputError(
    `the head's ${name} should be [${shape.join(', ')}] but ${instead}: was it made for another model or other agent.head.hidden?`,
  );
}

/**
 * A new head. Hidden layers start as He et al. (2015) propose, normal with variance 2 / inputs; the last layer of each
 * net starts at zero, so that the first policy is the base policy. `input.*` is the identity until the first
 * batch sets it.
 */
export function initHead(spec: HeadSpec, random: RandomStream): HeadTensors {
  const d = spec.stateSize;
  return {
    'input.mean': { shape: [d], data: new Float32Array(d) },
    'input.scale': { shape: [d], data: new Float32Array(d).fill(1) },
    ...initNet('g', spec, random),
    ...initNet('v', spec, random),
  };
}

function initNet(net: NetName, spec: HeadSpec, random: RandomStream): HeadTensors {
  const sizes = layerSizes(net, spec);
  const tensors: HeadTensors = {};
  for (let i = 0; i + 1 < sizes.length; i++) {
    const [inputs, outputs] = [sizes[i], sizes[i + 1]];
    const deviation = i + 2 < sizes.length ? Math.sqrt(2 / inputs) : 0;
    const data = Float32Array.from({ length: inputs * outputs }, () =>
      deviation === 0 ? 0 : deviation * random.normal(),
    );
    tensors[`${net}.${i}.weight`] = { shape: [inputs, outputs], data };
    tensors[`${net}.${i}.bias`] = { shape: [outputs], data: new Float32Array(outputs) };
  }
  return tensors;
}

/**
 * The scale that gives the rows of an `lm_head` a norm of about 1, `1 / (std * sqrt(d))`, with the standard
 * deviation over all entries.
 * @param rows `[vocab, d]`
 * @param d size of a row
 */
export function rowScaleOf(rows: Float32Array, d: number): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < rows.length; i++) {
    sum += rows[i];
    squares += rows[i] * rows[i];
  }
  const mean = sum / rows.length;
  const variance = squares / rows.length - mean * mean;
  return variance > 0 ? 1 / Math.sqrt(variance * d) : 1;
}
