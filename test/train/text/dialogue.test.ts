import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { lambdaReturns } from '../../../src/replay/index.js';
import { toTrajectory } from '../../../src/train/text/collect.js';
import { writeStoriesChatLm } from '../../fixtures/lm/chatLm.js';
import { temporaryDirectory, temporaryFile } from '../../support/files.js';
import { metricsOf, syncConfig, timeless, tinyText, trainHere } from '../run.js';

const dialogues = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ turns: [`Was day ${i} good?`, 'And the night?'] }),
).join('\n');

/** A run of dialogues on the bundled model with a chat template. */
const config = (...settings: string[]) => {
  const lm = writeStoriesChatLm(join(temporaryDirectory(), 'lm'));
  const prompts = temporaryFile('dialogues.jsonl', dialogues);
  return syncConfig(
    undefined,
    ...[`lm.id=${lm}`, `data.prompts=${prompts}`, ...tinyText, 'env.turns=2', 'train.steps=2', ...settings],
  );
};

describe('the trajectory of a dialogue', () => {
  const numbers = (length: number) => new Float32Array(length);
  const episode = {
    ...{ prompt: 3, sample: 0, tokens: [7, 8, 2, 9, 2], finishReason: 'stop' as const, answerEnds: [3, 5] },
    ...{ states: numbers(10), candidates: new Int32Array(10), taken: new Int32Array(5) },
    ...{ reference: numbers(10), behaviour: numbers(10), kl: numbers(5) },
    ...{ baseLogProbs: numbers(5), outside: numbers(5) },
  };

  it("has each answer's share of the mean at its last token", () => {
    const trajectory = toTrajectory({ episode, rewards: [1, -0.5] }, 64, 2);
    expect([...trajectory.rewards]).toEqual([0, 0, 0.5, 0, -0.25]);
    expect(trajectory).toMatchObject({
      ...{ length: 5, start: 0, terminated: true, group: 3, iteration: 2, horizon: 64 },
    });
  });

  it('returns the mean at the first token, and the second answer alone after the first', () => {
    const { rewards } = toTrajectory({ episode, rewards: [1, -0.5] }, 64, 0);
    const returns = lambdaReturns({ rewards, next: [0, 0, 0, 0, 0], gamma: 1 }, 1);
    expect([...returns]).toEqual([0.25, 0.25, 0.25, -0.25, -0.25]);
  });

  it('is that of a completion when there is one answer', () => {
    const one = { ...episode, answerEnds: [5] };
    expect([...toTrajectory({ episode: one, rewards: [0.75] }, 64, 0).rewards]).toEqual([0, 0, 0, 0, 0.75]);
  });
});

describe('training on dialogues', () => {
  it('gives the same run for the same seed', async () => {
    const settings = config();
    const [one, two] = [await trainHere(settings), await trainHere(settings)];
    expect(timeless(one)).toBe(timeless(two));
    expect(one.reward).toEqual(two.reward);
    const lengths = metricsOf(one).map(({ length = 0 }) => length);
    // Two answers of at most six tokens.
    expect(Math.max(...lengths)).toBeGreaterThan(6);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
    expect(one.generatedTokens).toBe(8 * lengths.reduce((a, b) => a + b));
    const samples = readFileSync(join(one.run, 'samples.jsonl'), 'utf8').trim().split('\n');
    const { prompt, completion } = JSON.parse(samples[0]);
    expect(prompt).toMatch(/^Was day \d+ good\?$/);
    expect(completion).toContain('\n\nUser: And the night?\n\nAssistant: ');
    const report = readFileSync(join(one.run, 'report.html'), 'utf8');
    expect(report).toContain('User: And the night?');
  });

  it('refuses what makes no dialogue', async () => {
    const scored = temporaryFile('scored.jsonl', '{"prompt": "Hi", "completion": "Yes", "reward": 1}');
    const offline = trainHere(config(`data.completions=${scored}`));
    await expect(offline).rejects.toThrow(InputError);
    await expect(offline).rejects.toThrow(
      'data.completions has no use with env.turns: a completion of a conversation is one answer; leave one out',
    );
    expect(() => config('env.actions=[yes, no]')).toThrow(
      "the command line: 'env.turns': a dialogue is answered token by token, not with one of env.actions: leave one " +
        'of the two out (it is 2)',
    );
    await expect(trainHere(config('lm.id=data/models/stories'))).rejects.toThrow(
      /stories has no chat template: give plain prompts, or take a model tuned for chat/,
    );
  });
});
