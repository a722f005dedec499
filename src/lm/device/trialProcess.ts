import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { trialGraph } from './trialGraph.js';
import type { LmDevice } from './types.js';

// A driver that hangs must not hang the command.
const TIMEOUT_MS = 60_000;

/** What the process runs: its arguments are ONNX Runtime's module, the execution provider and a graph in base64. */
const SCRIPT = `
const [runtime, provider, graph] = process.argv.slice(1);
const { InferenceSession, Tensor } = require(runtime);
const run = async () => {
  const options = { executionProviders: [provider], logSeverityLevel: 3 };
  const session = await InferenceSession.create(Buffer.from(graph, 'base64'), options);
  await session.run({ x: new Tensor('float32', Float32Array.of(2), [1, 1]) });
};
run().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
`;

/**
 * Computes a product on a device in a process of its own: drivers print what they like to stderr, which alone names a
 * missing library, and some crash.
 * @returns undefined when it worked, else all that was printed.
 */
export function tryInProcess(device: LmDevice): Promise<string | undefined> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  const graph = Buffer.from(trialGraph()).toString('base64');
  const args = ['--input-type=commonjs', '-e', SCRIPT, runtime, device, graph];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: TIMEOUT_MS, windowsHide: true }, (error, _, stderr) => {
      const ended = error?.signal ? `the trial ended with ${error.signal}` : '';
      resolve(error === null ? undefined : `${stderr}\n${ended}`.trim());
    });
  });
}
