import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { countProducts, DeviceProfile } from '../../../src/lm/device/profile.js';
import { trialGraph } from '../../../src/lm/device/trialGraph.js';
import { tryInProcess } from '../../../src/lm/device/trialProcess.js';

const event = (op_name: string, provider: string) => ({ cat: 'Node', args: { op_name, provider } });

describe('countProducts', () => {
  it('counts the kernels of matrix products and those on the CPU', () => {
    const events = [
      { cat: 'Session', name: 'model_run' },
      event('Gather', 'CPUExecutionProvider'),
      event('MatMulNBits', 'WebGpuExecutionProvider'),
      event('FusedGemm', 'WebGpuExecutionProvider'),
      event('MatMulInteger', 'CPUExecutionProvider'),
      { cat: 'Node', name: 'fence', args: { op_name: 'MatMul' } },
    ];
    expect(countProducts(JSON.stringify(events))).toEqual({ all: 3, onCpu: 1 });
  });
});

describe('DeviceProfile', () => {
  it('warns of products that fell to the CPU, and leaves no file behind', async () => {
    const profile = new DeviceProfile('webgpu');
    let prefix = '';
    const session = await profile.watch((options) => {
      prefix = options.profileFilePrefix ?? '';
      return InferenceSession.create(trialGraph(), options);
    });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(3), [1, 1]) });
    expect(y.data).toEqual(Float32Array.of(9));
    expect(existsSync(dirname(prefix))).toBe(true);
    profile.end();
    expect(existsSync(dirname(prefix))).toBe(false);
    expect(profile.warnings()).toEqual([
      'all matrix products run on the CPU, since webgpu has no kernel for them: compare the device cpu',
    ]);
    await session.release();
  });

  it('has nothing to say where no session was created', () => {
    const profile = new DeviceProfile('cuda');
    profile.end();
    expect(profile.warnings()).toEqual([]);
  });
});

describe('tryInProcess', () => {
  it('works on the CPU', async () => {
    expect(await tryInProcess('cpu')).toBeUndefined();
  });
});
