import { InputError, type RandomStream } from '../../common/index.js';
import { convShapes } from '../compute/conv.js';
import type { HeadSpec, HeadTensors } from '../types.js';
import { valueOutputs } from './valueHead.js';

/** The head's nets: `g` gives the advantage, `v` the value; `g2` and `v2` are those of a second critic. */
export type NetName = 'g' | 'v' | 'g2' | 'v2';

/** A net's tensor: its name and shape. */
export interface TensorLayout {
  name: string;
  shape: number[];
}

/** Names of the nets of each critic. */
export function criticNets({ twin }: HeadSpec): { g: NetName; v: NetName }[] {
  const first = { g: 'g', v: 'v' } as const;
  return twin ? [first, { g: 'g2', v: 'v2' }] : [first];
}

/** Whether a net gives the advantage. */
function isAdvantage(net: NetName): boolean {
  return net === 'g' || net === 'g2';
}

/** Size of a net's input: the state, and for a value that is told it, how far the episode is. */
export function inputSize(net: NetName, { stateSize, progress }: HeadSpec): number {
  return stateSize + (!isAdvantage(net) && progress ? 1 : 0);
}

/**
 * Sizes of a net's dense layers, from what the convolutions (or else the input) give to its output: a row's worth of
 * `g`, `[actionSize]`, or what the critic's `v` gives.
 */
export function layerSizes(net: NetName, spec: HeadSpec): number[] {
  const { image, hidden, actionSize, critic } = spec;
  const shapes = image ? convShapes(image.shape, image.layers) : [];
  const flat = shapes.at(-1)?.reduce((size, side) => size * side, 1) ?? inputSize(net, spec);
  return [flat, ...hidden, isAdvantage(net) ? actionSize : valueOutputs(critic)];
}

/**
 * A net's tensors in order: `g.conv.0.weight` `[height, width, in, out]`, `g.conv.0.bias`, ... where it has
 * convolutions, then `g.0.weight` `[in, out]`, `g.0.bias`, `g.1.weight`, ...
 */
export function netLayout(net: NetName, spec: HeadSpec): TensorLayout[] {
  const sizes = layerSizes(net, spec);
  const layers = spec.image?.layers ?? [];
  const channels = [spec.image?.shape[2] ?? 0, ...layers.map(({ filters }) => filters)];
  return [
    ...layers.flatMap(({ size, filters }, i) => [
      { name: `${net}.conv.${i}.weight`, shape: [size, size, channels[i], filters] },
      { name: `${net}.conv.${i}.bias`, shape: [filters] },
    ]),
    ...sizes.slice(1).flatMap((outputs, i) => [
      { name: `${net}.${i}.weight`, shape: [sizes[i], outputs] },
      { name: `${net}.${i}.bias`, shape: [outputs] },
    ]),
  ];
}

/**
 * Checks that a head has a net's tensors, in the shapes that its spec says.
 * @throws InputError naming the first that is missing or of another shape.
 */
export function checkNet(net: NetName, spec: HeadSpec, head: HeadTensors): void {
  for (const { name, shape } of netLayout(net, spec)) checkTensor(head, name, shape);
}

/** Checks that a head is whole and fits its spec. @throws InputError when it is not. */
export function checkHead(spec: HeadSpec, head: HeadTensors): void {
  checkTensor(head, 'input.mean', [spec.stateSize]);
  checkTensor(head, 'input.scale', [spec.stateSize]);
  for (const { g, v } of criticNets(spec)) {
    checkNet(g, spec, head);
    checkNet(v, spec, head);
  }
}

function checkTensor(head: HeadTensors, name: string, shape: number[]): void {
  const found = head[name]?.shape;
  if (found?.join() === shape.join()) return;
  const instead = found ? `is [${found.join(', ')}]` : 'is missing';
  throw new InputError(
    `the head's ${name} should be [${shape.join(', ')}] but ${instead}: was it made for another model or other agent.head settings?`,
  );
}

/**
 * A new head. Hidden layers start as He et al. (2015) propose, normal with variance 2 / inputs; the last layer of each
 * net starts at zero, so that the first policy is the base policy. `input.*` is the identity until the first
 * batch sets it.
 */
export function initHead(spec: HeadSpec, random: RandomStream): HeadTensors {
  const d = spec.stateSize;
  const head: HeadTensors = {
    'input.mean': { shape: [d], data: new Float32Array(d) },
    'input.scale': { shape: [d], data: new Float32Array(d).fill(1) },
  };
  for (const { g, v } of criticNets(spec))
    Object.assign(head, initNet(g, spec, random), initNet(v, spec, random));
  return head;
}

function initNet(net: NetName, spec: HeadSpec, random: RandomStream): HeadTensors {
  const layout = netLayout(net, spec);
  return Object.fromEntries(
    layout.map(({ name, shape }, i) => {
      const isHiddenWeight = shape.length > 1 && i < layout.length - 2;
      const inputs = shape.slice(0, -1).reduce((size, side) => size * side, 1);
      const deviation = Math.sqrt(2 / inputs);
      const size = inputs * shape[shape.length - 1];
      const data = isHiddenWeight
        ? Float32Array.from({ length: size }, () => deviation * random.normal())
        : new Float32Array(size);
      return [name, { shape, data }];
    }),
  );
}
