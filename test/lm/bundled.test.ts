import { fileURLToPath } from 'node:url';
import { AutoModelForCausalLM, AutoTokenizer, Tensor } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greedy, type Lm, openLm } from '../../src/lm/index.js';
import { allRows } from '../support/lm.js';

const MODEL = fileURLToPath(new URL('../../data/models/stories', import.meta.url));
const TEXTS = [
  'Once upon a time',
  'The dog',
  'A little girl named Lily went to the park with her mother because it was a sunny day, and',
  'One morning the old man in the small house near the river',
  'Tom',
  'In the forest lived a bear.',
];
const NEW_TOKENS = 60;

let lm: Lm;
beforeAll(async () => {
  lm = await openLm(MODEL, { threads: 1 });
});
afterAll(() => lm.close());

/** What transformers.js generates, each sequence up to its end-of-sequence token. */
async function transformersGenerate(texts: readonly string[], eos: number): Promise<number[][]> {
  const tokenizer = await AutoTokenizer.from_pretrained(MODEL);
  const model = await AutoModelForCausalLM.from_pretrained(MODEL, { dtype: 'fp32', local_files_only: true });
  tokenizer.padding_side = 'left';
  const inputs = tokenizer([...texts], { padding: true });
  const output = await model.generate({
    ...inputs,
    max_new_tokens: NEW_TOKENS,
    do_sample: false,
    eos_token_id: eos,
  });
  if (!(output instanceof Tensor)) throw new TypeError('expected a tensor of tokens');
  await model.dispose();
  const width = inputs.input_ids.dims[1];
  return output.tolist().map((row: bigint[]) => {
    const tokens = row.slice(width).map(Number);
    const end = tokens.indexOf(eos);
    return end === -1 ? tokens : tokens.slice(0, end + 1);
  });
}

/** The token that, taken as the end of a sequence, would end these at the most different lengths. */
function tokenThatEndsAtMostLengths(sequences: readonly number[][]): number {
  const lengths = (token: number) => new Set(sequences.map((tokens) => tokens.indexOf(token))).size;
  return [...new Set(sequences.flat())].reduce((best, token) =>
    lengths(token) > lengths(best) ? token : best,
  );
}

describe('the bundled model', () => {
  it('generates what transformers.js does, token for token', async () => {
    const prompts = TEXTS.map((text) => lm.tokenizer.encode(text));
    const eos = lm.info.eosTokenIds[0];
    const results = await lm.generate(prompts, { maxNewTokens: NEW_TOKENS, nextTokens: greedy });
    expect(results.map((result) => result.tokens)).toEqual(await transformersGenerate(TEXTS, eos));
  });

  it('does so with rows that finish early', async () => {
    const prompts = TEXTS.map((text) => lm.tokenizer.encode(text));
    const full = await lm.generate(prompts, { maxNewTokens: NEW_TOKENS, nextTokens: greedy });
    const eos = tokenThatEndsAtMostLengths(full.map((result) => result.tokens));
    const results = await lm.generate(prompts, {
      maxNewTokens: NEW_TOKENS,
      nextTokens: greedy,
      stop: (_sequence, tokens) => tokens[tokens.length - 1] === eos,
    });
    expect(new Set(results.map((result) => result.tokens.length)).size).toBeGreaterThan(2);
    expect(results.map((result) => result.tokens)).toEqual(await transformersGenerate(TEXTS, eos));
  });

  it('has hidden states and rows that give its logits', async () => {
    const rows = await allRows(lm);
    const { hiddenSize, vocabSize } = lm.info;
    let worst = 0;
    await lm.generate([lm.tokenizer.encode(TEXTS[0])], {
      samples: 2,
      maxNewTokens: 3,
      nextTokens: (step) => {
        for (let token = 0; token < vocabSize; token++) {
          let dot = 0;
          for (let i = 0; i < hiddenSize; i++)
            dot += step.hidden[hiddenSize + i] * rows[token * hiddenSize + i];
          worst = Math.max(worst, Math.abs(dot - step.logits[vocabSize + token]));
        }
        return greedy(step);
      },
    });
    expect(worst).toBeLessThan(1e-4);
  });

  it("has the hidden states of every layer that PyTorch's has", async () => {
    // transformers 4.57.6, output_hidden_states, of these tokens: elements 0, 1 and 191 behind the last.
    const tokens = [5, 9, 2, 40, 7, 300];
    const expected = [
      [-0.0959, -0.0169, 0.1331],
      [0.4107, 0.2283, 0.2474],
      [0.251, 0.5459, 0.1685],
      [-0.5152, 0.7841, 0.0349],
      [-1.4997, -1.5355, -0.6605],
    ];
    const layers = [...expected.keys()];
    const deep = await openLm(MODEL, { threads: 1, layers });
    expect(deep.info).toMatchObject({ layerCount: 4, layers, hiddenSize: 192, stateSize: 960 });
    await deep.generate([tokens], {
      maxNewTokens: 1,
      nextTokens: (step) => {
        const seen = layers.map((layer) => [0, 1, 191].map((i) => step.hidden[layer * 192 + i]));
        seen.flat().forEach((value, i) => {
          expect(value).toBeCloseTo(expected.flat()[i], 3);
        });
        return greedy(step);
      },
    });
    await deep.close();
  });

  it('is opened with the threads that are faster here', async () => {
    const timed = await openLm(MODEL);
    expect(timed.info.threads).toBeGreaterThanOrEqual(1);
    await timed.close();
  });
});
