import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { isRecord } from '../../config/index.js';
import type { LmDevice } from './types.js';

/** How many matrix products a forward pass made, and how many of them on the CPU. */
export interface Products {
  all: number;
  onCpu: number;
}

/**
 * Watches where the operators of a graph run: ONNX Runtime gives those that a device has no kernel for to the CPU, and
 * says nothing. Its profile tells.
 */
export class DeviceProfile {
  private readonly sessions: InferenceSession[] = [];
  private readonly products: Products = { all: 0, onCpu: 0 };
  private folder: string | undefined;

  constructor(private readonly device: LmDevice) {}

  /** Creates a session that is watched until {@link end}. */
  async watch(
    create: (options: InferenceSession.SessionOptions) => Promise<InferenceSession>,
  ): Promise<InferenceSession> {
    this.folder ??= mkdtempSync(join(tmpdir(), 'tokenq-'));
    const profileFilePrefix = join(this.folder, `${this.sessions.length}`);
    const session = await create({ enableProfiling: true, profileFilePrefix });
    this.sessions.push(session);
    return session;
  }

  /** Ends the watch, whatever became of it. */
  end(): void {
    const { folder, products } = this;
    if (folder === undefined) return;
    try {
      for (const session of this.sessions) session.endProfiling();
      for (const file of readdirSync(folder)) {
        const { all, onCpu } = countProducts(readFileSync(join(folder, file), 'utf8'));
        products.all += all;
        products.onCpu += onCpu;
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What a user should know about where the model runs; nothing when all its products run on the device. */
  warnings(): string[] {
    const { all, onCpu } = this.products;
    if (onCpu === 0) return [];
    const part = onCpu === all ? 'all' : `${onCpu} of ${all}`;
    return [
      `${part} matrix products run on the CPU, since ${this.device} has no kernel for them: compare the device cpu`,
    ];
  }
}

/** The matrix products in a profile of ONNX Runtime, a JSON list of events. */
export function countProducts(profile: string): Products {
  const events: unknown = JSON.parse(profile);
  const products = { all: 0, onCpu: 0 };
  for (const event of Array.isArray(events) ? events : []) {
    const { op_name: operator, provider } = argumentsOf(event);
    if (!/MatMul|Gemm/.test(String(operator)) || typeof provider !== 'string') continue;
    products.all++;
    if (provider === 'CPUExecutionProvider') products.onCpu++;
  }
  return products;
}

function argumentsOf(event: unknown): Record<string, unknown> {
  return isRecord(event) && isRecord(event['args']) ? event['args'] : {};
}
