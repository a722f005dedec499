import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { InputError, Interrupted } from '../../src/common/index.js';
import { rollout } from '../../src/env/index.js';
import { type Lm, openLm } from '../../src/lm/index.js';
import {
  createReward,
  type LmChoice,
  type RewardContext,
  type RewardItem,
  scoreAll,
  scoreAllTokens,
  scoresTokens,
} from '../../src/reward/index.js';
import { writeTinyChatLm } from '../fixtures/lm/chatLm.js';
import { copySeq2Seq, MERGED } from '../fixtures/lm/seq2seq.js';
import { tinyLogits, writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../lm/temporary.js';
import { openStories, STORIES } from '../support/lm.js';

const directory = temporaryDirectories();
const EOS = 1;

/** Log-probability of each token after a prompt, by a tiny model's formula. */
function tinyLogProbs(prompt: readonly number[], tokens: readonly number[]): number[] {
  return tokens.map((token, t) => {
    const logits = tinyLogits([...prompt, ...tokens.slice(0, t)]);
    return logits[token] - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  });
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** A completion by a tiny model's tokens, of which `w1` ends it. */
function item(prompt: string, tokens: readonly number[]): RewardItem {
  const completion = tokens.filter((token) => token !== EOS).map((token) => ` w${token}`);
  return { prompt, completion: completion.join(''), tokens, row: {} };
}

/** A tiny model; its tokenizer knows one word more where `other`, and its words' ids are shifted. */
function tiny(other = false): string {
  const model = writeTinyLm(directory());
  if (!other) return model;
  const path = join(model, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(path, 'utf8'));
  tokenizer.model.vocab = { ...tokenizer.model.vocab, w2: 3, w3: 2 };
  writeFileSync(path, JSON.stringify(tokenizer));
  return model;
}

const contextOf = (id?: string): RewardContext => ({
  baseDirectory: '.',
  ...(id === undefined ? {} : { lm: { id, threads: 1 } }),
});

async function scores(parameters: object, id: string | undefined, ...batch: RewardItem[]): Promise<number[]> {
  const reward = await createReward({ type: 'perplexity', ...parameters }, contextOf(id));
  const found = [...(await scoreAll(reward, batch))];
  await reward.close?.();
  return found;
}

describe("the log-probability under the run's own model", () => {
  const batch = [item('w5 w9', [2, 40, EOS]), item('w30', [7]), item('w8 w8 w8', [12, 61, 3, 3])];
  const prompts = [[5, 9], [30], [8, 8, 8]];
  const expected = batch.map(({ tokens }, i) => tinyLogProbs(prompts[i], tokens));

  it('is the mean of the tokens, with the one that ends', async () => {
    const found = await scores({}, tiny(), ...batch);
    found.forEach((score, i) => {
      expect(score).toBeCloseTo(mean(expected[i]), 4);
    });
  });

  it('is their sum where asked', async () => {
    const found = await scores({ of: 'sum' }, tiny(), ...batch);
    found.forEach((score, i) => {
      expect(score).toBeCloseTo(sum(expected[i]), 4);
    });
  });

  it('is that of ending at once for an empty completion, with or without its token', async () => {
    const [[ending]] = [tinyLogProbs([5], [EOS])];
    const found = await scores({ of: 'sum' }, tiny(), item('w5', []), item('w5', [EOS]));
    found.forEach((score) => {
      expect(score).toBeCloseTo(ending, 4);
    });
  });

  it('is 0 for an empty completion where no token ends', async () => {
    const model = tiny();
    for (const file of ['config.json', 'tokenizer_config.json']) {
      const path = join(model, file);
      const { eos_token_id: _, eos_token: __, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify(rest));
    }
    expect(await scores({}, model, item('w5', []))).toEqual([0]);
  });

  it('encodes the text of a completion that comes without tokens', async () => {
    const [found] = await scores({ of: 'sum' }, tiny(), { ...item('w5', [2, 40]), tokens: [] });
    expect(found).toBeCloseTo(sum(tinyLogProbs([5], [2, 40])), 4);
  });

  it('gives every token its part', async () => {
    for (const of of ['mean', 'sum'] as const) {
      const reward = await createReward({ type: 'perplexity', perToken: true, of }, contextOf(tiny()));
      if (!scoresTokens(reward)) throw new Error('no scores for tokens');
      const found = await scoreAllTokens(reward, [...batch, item('w5', [])]);
      expect(found[3]).toHaveLength(0);
      const whole = await scoreAll(reward, batch);
      expected.forEach((logProbs, i) => {
        const count = of === 'sum' ? 1 : logProbs.length;
        logProbs.forEach((logProb, t) => {
          expect(found[i][t]).toBeCloseTo(logProb / count, 4);
        });
        expect(sum([...found[i]])).toBeCloseTo(whole[i], 4);
      });
      await reward.close?.();
    }
  });

  it("follows a conversation through the model's chat template, and ends it as the template does", async () => {
    const messages = [{ role: 'user', content: 'w9' }];
    const model = writeTinyChatLm(directory());
    const open = { ...item('w9', [40]), messages };
    const [answer, ending] = await scores({ of: 'sum' }, model, open, { ...item('w9', []), messages });
    expect(answer).toBeCloseTo(sum(tinyLogProbs([3, 9, 2, 4], [40])), 4);
    expect(ending).toBeCloseTo(sum(tinyLogProbs([3, 9, 2, 4], [2])), 4);
  });

  it('scores no tokens unless asked', async () => {
    const reward = await createReward('perplexity', contextOf(tiny()));
    expect(scoresTokens(reward)).toBe(false);
    await reward.close?.();
  });

  it('stops with the run', async () => {
    const context = { ...contextOf(tiny()), signal: AbortSignal.abort() };
    const reward = await createReward('perplexity', context);
    await expect(scoreAll(reward, [item('w5', [2])])).rejects.toThrow(Interrupted);
    await reward.close?.();
  });
});

describe('the log-probability under another model', () => {
  it("reads the run's tokens where it has the run's tokenizer", async () => {
    // These tokens are not what their text would be encoded to.
    const batch = [{ ...item('w5', [2, 40]), completion: ' w9' }];
    const [found] = await scores({ lm: tiny(), threads: 1, of: 'sum' }, tiny(), ...batch);
    expect(found).toBeCloseTo(sum(tinyLogProbs([5], [2, 40])), 4);
  });

  it('encodes the texts anew where it has another', async () => {
    const other = { lm: tiny(true), threads: 1, of: 'sum' };
    const [open, ended] = await scores(other, tiny(), item('w3', [2, 40]), item('w3', [2, 40, EOS]));
    expect(open).toBeCloseTo(sum(tinyLogProbs([2], [3, 40])), 4);
    expect(ended).toBeCloseTo(sum(tinyLogProbs([2], [3, 40, EOS])), 4);
  });

  it('needs no run', async () => {
    const [found] = await scores({ lm: tiny(), threads: 1 }, undefined, item('w5', [2, 40]));
    expect(found).toBeCloseTo(mean(tinyLogProbs([5], [2, 40])), 4);
  });

  it('counts a token that it never writes as -100', async () => {
    const marian = copySeq2Seq('marian', directory(), MERGED);
    expect(await scores({ lm: marian }, undefined, { ...item('w5', []), completion: 'w47' })).toEqual([-100]);
  });

  it("takes off the run's own", async () => {
    const [same] = await scores({ lm: tiny(), minus: 'base' }, tiny(), item('w5', [2, 40, EOS]));
    expect(same).toBeCloseTo(0, 5);
    const ratio = sum(tinyLogProbs([2], [3, 40])) - sum(tinyLogProbs([3], [2, 40]));
    const other = { lm: tiny(true), minus: 'base' };
    expect((await scores(other, tiny(), item('w3', [2, 40])))[0]).toBeCloseTo(ratio / 2, 4);
    const whole = { ...other, of: 'sum' };
    expect((await scores(whole, tiny(), item('w3', [2, 40])))[0]).toBeCloseTo(ratio, 4);
  });

  it('gives every token its part of a ratio', async () => {
    const parameters = { type: 'perplexity', lm: tiny(), minus: 'base', perToken: true };
    const reward = await createReward(parameters, contextOf(tiny()));
    if (!scoresTokens(reward)) throw new Error('no scores for tokens');
    const [found] = await scoreAllTokens(reward, [item('w5', [2, 40, EOS])]);
    expect([...found]).toEqual([0, 0, 0]);
    await reward.close?.();
  });
});

describe('the bundled model', () => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openStories();
  });
  afterAll(() => lm.close());

  it('says what a rollout records, for whole completions and token by token', async () => {
    const prompts = ['One day, a small', 'The film was'];
    const episodes = await rollout(
      lm,
      prompts.map((prompt) => lm.tokenizer.encode(prompt)),
      createActor(undefined, { type: 'reference' }),
      { samples: 3, maxNewTokens: 12, topK: 16, temperature: 1, seed: 5, purpose: 'test', iteration: 0 },
    );
    const batch = episodes.map(({ prompt, tokens }) => ({
      prompt: prompts[prompt],
      completion: lm.tokenizer.decode(tokens),
      tokens,
      row: {},
    }));
    const reward = await createReward({ type: 'perplexity', perToken: true, of: 'sum' }, contextOf(STORIES));
    if (!scoresTokens(reward)) throw new Error('no scores for tokens');
    const tokens = await scoreAllTokens(reward, batch);
    const whole = await scoreAll(reward, batch);
    episodes.forEach(({ baseLogProbs }, i) => {
      baseLogProbs.forEach((logProb, t) => {
        expect(tokens[i][t]).toBeCloseTo(logProb, 4);
      });
      expect(whole[i]).toBeCloseTo(sum([...baseLogProbs]), 3);
    });
    await reward.close?.();
  });
});

describe('what is open', () => {
  /** Opens models and counts those that are open. */
  function counting(): { context: RewardContext; open: () => number; asked: LmChoice[] } {
    let open = 0;
    const asked: LmChoice[] = [];
    const openOne = async (choice: LmChoice): Promise<Lm> => {
      asked.push(choice);
      const { id, ...options } = choice;
      const lm = await openLm(id, options);
      open++;
      const close = () => {
        open--;
        return lm.close();
      };
      return { ...lm, close };
    };
    return { context: { ...contextOf(tiny()), openLm: openOne }, open: () => open, asked };
  }

  it('is opened with the reward and closed with it', async () => {
    const { context, open, asked } = counting();
    const other = tiny();
    const reward = await createReward({ type: 'perplexity', lm: other, threads: 2, device: 'cpu' }, context);
    expect(open()).toBe(2);
    expect(asked).toEqual([{ id: other, threads: 2, device: 'cpu' }, context.lm]);
    await reward.close?.();
    await reward.close?.();
    expect(open()).toBe(0);
  });

  it('is closed where the reward cannot be made', async () => {
    const { context, open } = counting();
    const made = createReward({ type: 'perplexity', lm: tiny(true), perToken: true }, context);
    await expect(made).rejects.toThrow(
      /has perToken, but .* has another tokenizer than .*: leave perToken out$/,
    );
    expect(open()).toBe(0);
  });
});

describe('a mistake', () => {
  const create = (parameters: object, id?: string) =>
    createReward({ type: 'perplexity', ...parameters }, contextOf(id));

  it.each([
    [{}, undefined, "the 'perplexity' reward has no language model to ask: name one with lm"],
    [{ lm: STORIES, perToken: true }, undefined, 'has perToken, but no run whose tokens it could read'],
    [{ lm: STORIES, minus: 'base' }, undefined, 'has minus: base, but no run whose tokens it could read'],
    [{ minus: 'base' }, STORIES, "the 'perplexity' reward: 'minus': only together with lm"],
    [{ threads: 1 }, STORIES, "the 'perplexity' reward: 'threads': only together with lm"],
    [{ of: 'max' }, STORIES, "the 'perplexity' reward: 'of': "],
    [{ lm: '/nowhere/at/all' }, STORIES, '/nowhere/at/all'],
  ])('is told in one line: %j', async (parameters, id, message) => {
    const made = create(parameters, id);
    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow(message);
    await expect(made).rejects.not.toThrow('\n');
  });

  it('names the reward, the model and the lengths where a completion is too long', async () => {
    const long = item('w5', new Array<number>(64).fill(3));
    const model = tiny();
    await expect(scores({}, model, long)).rejects.toThrow(
      `the 'perplexity' reward asks ${model}: completion 0 has 64 tokens behind a prompt of 1, but the model's context ` +
        'holds 64: shorten it',
    );
  });
});
