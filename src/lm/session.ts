import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { InputError, messageOf } from '../common/index.js';
import type { Place } from './device/place.js';
import type { Sidecar } from './onnx/sidecar.js';

/** Values by their names in the graph. */
export type Tensors = Record<string, Tensor>;

/** A graph to load. */
export type Loadable = Pick<Sidecar, 'bytes' | 'dequantizeOnce' | 'exactIntegers'>;

/** Where a graph runs; `threads` are those of the CPU, which also takes the operators that a device has no kernel for. */
export type Placement = Place & { threads: number };

/**
 * Loads a graph from memory whose weights lie in files of `folder`.
 * @param once Whether it will run only once: it is loaded as it stands, in less time and memory.
 * @throws ONNX Runtime's error.
 */
export function createSession(
  sidecar: Loadable,
  folder: string,
  { device, threads, profile }: Placement,
  once = false,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    graphOptimizationLevel: once ? 'disabled' : 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        disable_prepacking: once ? '1' : '0',
        // Spinning threads slow each other down wherever cores are shared.
        intra_op: { allow_spinning: '0' },
        // Without pairs of quantize and dequantize to look for, a constant's dequantization is folded.
        disable_quant_qdq: sidecar.dequantizeOnce ? '1' : '0',
        // Without it, x64 processors that lack VNNI add pairs of products up in 16 bits, which overflow.
        x64quantprecision: sidecar.exactIntegers ? '1' : '0',
      },
    },
  };
  const create = (more = {}) => InferenceSession.create(sidecar.bytes, { ...options, ...more });
  return profile === undefined ? create() : profile.watch(create);
}

/** The error for a model that ONNX Runtime cannot run, and what to do. */
export function cannotRun(model: string, { device }: Pick<Place, 'device'>, error: unknown): InputError {
  if (device === 'cpu') {
    return new InputError(`${model} cannot be run: ${runtimeMessage(error)}; download or export it again`);
  }
  return new InputError(
    `${model} cannot be run on ${device}: ${runtimeMessage(error)}; take another dtype, or the device cpu`,
  );
}

/** One line of ONNX Runtime's many. */
export function runtimeMessage(error: unknown): string {
  return messageOf(error).split('\n')[0].trim();
}
