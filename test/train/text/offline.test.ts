import { describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../../src/common/index.js';
import type { TrainObserver } from '../../../src/train/index.js';
import { temporaryFile } from '../../support/files.js';
import { metricsOf, syncConfig, tinyText, trainHere } from '../run.js';

const scored = [
  { prompt: 'One day', completion: ', a cat', reward: 1 },
  { prompt: 'One day', completion: ' it was cold', reward: -1 },
  { prompt: 'The dog', completion: ' was very happy', reward: 1 },
  { prompt: 'He saw', completion: ' a big red ball and', reward: 0 },
  { prompt: 'The sun', completion: ' was', reward: 0.5 },
];

/** A file of scored completions, and settings to learn from it. */
function offline(rows: readonly object[], ...settings: string[]) {
  const file = temporaryFile('scored.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  const ilql = ['agent.target.type=ilql', 'agent.returns.type=one-step', 'agent.batchSize=8'];
  return syncConfig(undefined, `data.completions=${file}`, ...tinyText, ...ilql, ...settings);
}

const twoSteps = ['train.steps=2', 'env.maxNewTokens=12'];
const mean = scored.reduce((sum, { reward }) => sum + reward, 0) / scored.length;

describe('training on scored completions', () => {
  it.each([
    ['ilql', []],
    ['ilql with cut-off returns and twin critics', ['agent.returns={type: n-step, n: 3}', 'agent.twin=true']],
    ['value, whole episodes', ['agent.target.type=value', 'agent.returns.type=episode']],
  ])('generates nothing: %s', async (_, settings) => {
    const notes: string[] = [];
    const note: TrainObserver['note'] = (line) => notes.push(line);
    const warnings: string[] = [];
    const warning: TrainObserver['warning'] = (line) => warnings.push(line);
    const result = await trainHere(offline(scored, ...twoSteps, ...settings), {
      observer: { note, warning },
    });
    expect(result).toMatchObject({ steps: 2, generatedTokens: 0 });
    expect(result.beta).toBeGreaterThan(0);
    expect(notes.join('\n')).toMatch(/following 5 completions of .*scored\.jsonl/);
    expect(warnings).toEqual([]);
    const metrics = metricsOf(result);
    expect(metrics).toMatchObject([
      { step: 1, tokens: 0, kl: 0 },
      { step: 2, tokens: 0, kl: 0 },
    ]);
    for (const { reward, loss, valueLoss } of metrics) {
      expect(reward).toBeCloseTo(mean, 9);
      expect(loss).toBeGreaterThan(0);
      expect(valueLoss).toBeGreaterThan(0);
    }
  });

  it('tells when the replay cannot keep all', async () => {
    const warnings: string[] = [];
    const config = offline(scored, ...twoSteps, 'train.steps=1', 'replay.capacity=12');
    await trainHere(config, { observer: { warning: (line) => warnings.push(line) } });
    expect(warnings.join('\n')).toMatch(
      /^the completions of .*scored\.jsonl have \d\d tokens, of which the replay keeps the last 12: raise replay\.capac/,
    );
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const observer: TrainObserver = { step: () => controller.abort() };
    const config = offline(scored, ...twoSteps, 'train.steps=3');
    const stopped = trainHere(config, { observer, signal: controller.signal });
    await expect(stopped).rejects.toThrow(Interrupted);
    await expect(stopped).rejects.toThrow('stopped after step 1 of 3');
  });
});

describe('what cannot be learned from', () => {
  const refused = (rows: readonly object[], ...settings: string[]) => {
    const run = trainHere(offline(rows, ...twoSteps, ...settings));
    return { saying: (message: string | RegExp) => expect(run).rejects.toThrow(message), run };
  };

  it('is refused with its line: completions that are too long, prompts that are', async () => {
    const long = { ...scored[2], completion: ' and then the dog ran to the park with the other big red dog' };
    const { run, saying } = refused([scored[1], long]);
    await saying(
      /scored\.jsonl:2: the completion has \d\d tokens, more than env\.maxNewTokens 12: raise that/,
    );
    await expect(run).rejects.toThrow(InputError);
    await refused([{ ...scored[0], prompt: 'word '.repeat(300) }, scored[2]]).saying(
      /scored\.jsonl:1: the prompt has \d+ tokens/,
    );
  });

  it('is refused with settings that do not fit', async () => {
    await refused(scored, 'env.actions=[a, b]').saying('data.completions has no use with env.actions');
    await refused(scored, 'agent.returns={type: n-step, traces: watkins}').saying(
      'agent.target.type ilql bootstraps',
    );
    await refused(scored, 'agent.head.dueling=false').saying('agent.head.dueling false leaves out the value');
    await refused(scored, 'agent.critic.type=quantile').saying('set agent.critic.type to scalar');
  });
});

it('learns short walks from random ones alone', async () => {
  const config = syncConfig(
    'configs/randomwalks-offline.yaml',
    ...['train.steps=10', 'agent.lr=3e-3', 'agent.valueLr=3e-3', 'agent.targetNetwork.rate=0.03'],
    ...['train.evalEvery=0', 'train.evalSamples=2', 'eval.samples=2', 'eval.bestOf=[2]'],
  );
  const result = await trainHere(config);
  expect(result.generatedTokens).toBe(0);
  expect(result.reward.first).toBeLessThan(0.5);
  expect(result.reward.last).toBeGreaterThan(0.9);
});
