import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { messageOf } from '../common/index.js';
import type { Sidecar } from './onnx/sidecar.js';

/** Values by their names in the graph. */
export type Tensors = Record<string, Tensor>;

/** Loads a graph from memory whose weights lie in files of `folder`. @throws ONNX Runtime's error. */
export function createSession(sidecar: Sidecar, folder: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(sidecar.bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        // Spinning threads slow each other down wherever cores are shared.
        intra_op: { allow_spinning: '0' },
        // Without pairs of quantize and dequantize to look for, a constant's dequantization is folded.
        disable_quant_qdq: sidecar.dequantizeOnce ? '1' : '0',
      },
    },
  });
}

/** One line of ONNX Runtime's many. */
export function runtimeMessage(error: unknown): string {
  return messageOf(error).split('\n')[0].trim();
}
