import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { chooseDevice, tryDevices } from '../../src/lm/index.js';
import { copyModel } from '../fixtures/lm/models.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `tokenq doctor`. */
async function doctor(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
      written[stream] += stripVTControlCharacters(String(piece));
      return true;
    });
  }
  const status = await runCli(['doctor', ...args]);
  vi.restoreAllMocks();
  return { status, ...written };
}

const model = (name: string, config = {}) => copyModel(name, join(folder, name), config);

describe('tokenq doctor --lm', () => {
  it('says what a model is made of', async () => {
    const directory = model('genai-blocks4-tied');
    expect(await doctor('--lm', directory)).toEqual({
      status: 0,
      stderr: '',
      stdout: `Model          ${directory}/onnx/model.onnx
Kind           decoder
Runs on        cpu
lm_head        MatMulNBits at node /lm_head
Weights        4 bits in blocks of 16, with zero points, tied to the token embeddings
Behind it      nothing
Probe          passed: hidden state times row gives the lm_head's product
Sizes          hidden state 32, vocabulary 48, layers 2
Tokens         context 16, ends with 1, chat template: no
`,
    });
  });

  it('names the operations behind the lm_head, and warns', async () => {
    const { stdout } = await doctor('--lm', model('softcap', { max_position_embeddings: undefined }));
    expect(stdout).toMatch(/^Behind it {6}Div, Tanh, Mul$/m);
    expect(stdout).toMatch(/^Weights {8}float32, not tied to the token embeddings$/m);
    expect(stdout.match(/^Warning {8}.*$/gm)).toEqual([
      'Warning        the graph caps its logits (softcap), so steering through the lm_head is only approximate',
      'Warning        config.json names no context length: 2048 tokens are assumed',
    ]);
    expect((await doctor('--lm', model('matmulinteger-bias'))).stdout).toMatch(
      /^Behind it {6}a bias$[\s\S]*^Warning {8}dynamic int8: a row's logits depend on the rest of the batch;/m,
    );
  });

  it('prints one JSON document with --json', async () => {
    const directory = model('nbits8-zeros');
    const { status, stdout } = await doctor('--lm', directory, '--dtype', 'fp32', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      modelFile: join(directory, 'onnx', 'model.onnx'),
      kind: 'decoder',
      device: 'cpu',
      head: {
        op: 'MatMulNBits',
        node: '/lm_head',
        weights: '8 bits in blocks of 16, with zero points',
        tied: false,
        bias: false,
        after: [],
      },
      hiddenSize: 32,
      vocabSize: 48,
      layerCount: 1,
      sourceLength: null,
      contextLength: 16,
      eosTokenIds: [1],
      chatTemplate: false,
      warnings: [],
    });
  });

  it('refuses what is no model, in one line', async () => {
    const refusals = [
      [
        ['--lm', join(folder, 'nowhere')],
        'nowhere does not exist: name a directory with a model, or a hub id',
      ],
      [
        ['--lm', folder],
        'has no .onnx file in its folder onnx/: take a model in the layout of transformers.js',
      ],
      [
        ['--lm', model('matmul'), '--dtype', 'q4'],
        'has no model_q4.onnx: choose a dtype that is there (fp32)',
      ],
      [['--lm', model('no-head')], "the walk back ended at node '/no_head' (MatMul)"],
      [['--dtype', 'q4'], 'leave out --dtype: they say how to open the model that --lm names'],
      [['--device', 'cpu'], 'leave out --device: they say how to open the model that --lm names'],
    ] as const;
    for (const [args, message] of refusals) {
      const { status, stdout, stderr } = await doctor(...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain(message);
      expect(stderr).toMatch(/^tokenq: .*\n$/);
    }
  });
});

describe('tokenq doctor', () => {
  it('says what the machine has', async () => {
    const { status, stdout } = await doctor('--json');
    expect(status).toBe(0);
    const { generation, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({
      node: process.versions.node,
      onnxRuntime: { providers: expect.arrayContaining(['cpu']) },
      training: { backend: expect.any(String) },
    });
    expect(generation).toEqual({
      default: 'cpu',
      auto: await chooseDevice('auto'),
      tried: await tryDevices(),
    });
  });

  it('lists the devices for generation and why some cannot be used', async () => {
    const { stdout } = await doctor();
    expect(stdout).toMatch(/^Generation {5}cpu, unless --device says otherwise; .*\(auto: \w+\):$/m);
    for (const { name, ok, reason } of await tryDevices()) {
      expect(stdout).toContain(`\n  ${ok ? 'yes' : 'no '} ${`${name.padEnd(14)} ${reason}`.trimEnd()}\n`);
    }
  });
});
