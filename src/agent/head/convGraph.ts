import type { GraphNode, GraphPart, NamedTensor } from '../../common/index.js';
import type { ConvLayer } from '../compute/conv.js';

/** What a convolutional trunk's part of a graph is made of. */
export interface ConvGraphOptions {
  /** Name of what it reads: images, flat, `[rows, height * width * channels]`. */
  input: string;
  /** Name of what it writes: the last layer's output, flat, in the same order. */
  output: string;
  /** Shape of an image, `[height, width, channels]`. */
  shape: readonly number[];
  layers: readonly ConvLayer[];
  /** Kernel `[size, size, in, out]` and bias `[out]` of each layer, in order. */
  tensors: readonly NamedTensor[];
}

/**
 * A convolutional trunk in ONNX: `Conv` and `Relu` for each layer. ONNX puts the channels before height and width, so
 * the images are transposed on the way in and out. All names but input and output start with `conv.`.
 */
export function convGraph({ input, output, shape, layers, tensors }: ConvGraphOptions): GraphPart {
  const [height, width, channels] = shape;
  const nodes: GraphNode[] = [
    // 0 keeps the number of rows.
    {
      op: 'Constant',
      inputs: [],
      output: 'conv.shape',
      attributes: { value_ints: [0, height, width, channels] },
    },
    { op: 'Reshape', inputs: [input, 'conv.shape'], output: 'conv.images' },
    { op: 'Transpose', inputs: ['conv.images'], output: 'conv.h0', attributes: { perm: [0, 3, 1, 2] } },
  ];
  const initializers: GraphPart['initializers'] = [];
  layers.forEach(({ stride }, i) => {
    const [kernel, bias] = [`conv.${i}.weight`, `conv.${i}.bias`];
    initializers.push([kernel, channelsFirst(tensors[2 * i])], [bias, tensors[2 * i + 1]]);
    const attributes = { strides: [stride, stride] };
    nodes.push(
      { op: 'Conv', inputs: [`conv.h${i}`, kernel, bias], output: `conv.z${i}`, attributes },
      { op: 'Relu', inputs: [`conv.z${i}`], output: `conv.h${i + 1}` },
    );
  });
  const last = `conv.h${layers.length}`;
  nodes.push(
    { op: 'Transpose', inputs: [last], output: 'conv.last', attributes: { perm: [0, 2, 3, 1] } },
    { op: 'Flatten', inputs: ['conv.last'], output },
  );
  return { nodes, initializers };
}

/** A kernel `[height, width, in, out]` as ONNX's `[out, in, height, width]`. */
function channelsFirst({ shape, data }: NamedTensor): NamedTensor {
  const [height, width, inputs, outputs] = shape;
  const moved = new Float32Array(data.length);
  const pixels = height * width;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        moved[(o * inputs + i) * pixels + pixel] = data[(pixel * inputs + i) * outputs + o];
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: moved };
}
