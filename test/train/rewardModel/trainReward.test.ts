import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../../src/common/index.js';
import { loadPreferences, type PreferencePair } from '../../../src/data/index.js';
import { createReward, scoreAll } from '../../../src/reward/index.js';
import {
  readRewardReport,
  type TrainRewardOptions,
  trainReward,
} from '../../../src/train/rewardModel/index.js';
import { temporaryDirectory } from '../../support/files.js';
import { STORIES } from '../../support/lm.js';

const LM = { id: STORIES, threads: 1 };
let pairs: readonly PreferencePair[];
beforeAll(async () => {
  pairs = (await loadPreferences('data/preferences/train.jsonl')).pairs.slice(0, 160);
});

function train(options: Partial<TrainRewardOptions> & Pick<TrainRewardOptions, 'out'>) {
  return trainReward({ pairs, lm: LM, seed: 5, epochs: 8, ...options });
}

const temporaryOut = () => join(temporaryDirectory(), 'model');

describe('trainReward', () => {
  it('writes a reward model that scores as it was trained, centred and scaled', async () => {
    const out = temporaryOut();
    const phases: [string, number][] = [];
    let done = 0;
    const observer = {
      phase: (name: string, amount: number) => phases.push([name, amount]),
      played: (count: number) => {
        done += count;
      },
    };
    const { report } = await train({
      out,
      observer,
      hidden: [8],
      layers: [0, -1],
      labels: 'soft',
      epochs: 20,
    });
    expect(readdirSync(out).sort()).toEqual([
      'head.safetensors',
      'report.html',
      'report.json',
      'reward.json',
    ]);
    expect(readRewardReport(out)).toEqual(report);
    expect(phases.map(([name]) => name)).toEqual(['reading', 'fitting']);
    expect(done).toBe(phases.reduce((sum, [, amount]) => sum + amount, 0));

    const reward = await createReward({ type: 'preference', model: out }, { baseDirectory: process.cwd() });
    const itemsOf = (of: 'chosen' | 'rejected') =>
      pairs.map((pair) => ({ prompt: pair.prompt, completion: pair[of], tokens: [], row: {} }));
    const [chosen, rejected] = [
      await scoreAll(reward, itemsOf('chosen')),
      await scoreAll(reward, itemsOf('rejected')),
    ];
    await reward.close?.();
    const right = [...chosen].filter((score, i) => score > rejected[i]).length;
    const { accuracy, training } = report;
    expect(right).toBe(Math.round(accuracy * report.pairs + training.accuracy * training.pairs));
    expect(training.accuracy).toBeGreaterThan(0.7);
    const scores = [...chosen, ...rejected];
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
    // Of the training completions they are 0 and 0.5; these here are a few more, and some come twice.
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.1);
  });

  it('reports accuracies, by margin, epoch and number of pairs', async () => {
    const out = temporaryOut();
    const { report } = await train({ out, heldOut: 0.25 });
    const { byMargin, calibration, epochs, sizes, baselines, training } = report;
    expect(report.pairs + training.pairs).toBe(160);
    expect(byMargin.of).toBe('margin');
    expect(byMargin.bands.reduce((sum, band) => sum + band.pairs, 0)).toBe(report.pairs);
    expect(calibration.bins.reduce((sum, bin) => sum + bin.pairs, 0)).toBe(report.pairs);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(epochs[7].heldOut.accuracy).toBe(report.accuracy);
    expect(epochs[7].heldOut.loss).toBeCloseTo(report.loss, 5);
    expect(epochs[7].training.loss).toBeLessThan(epochs[0].training.loss);
    expect(sizes.map(({ trainingPairs }) => trainingPairs)).toEqual(
      [1 / 8, 1 / 4, 1 / 2, 1].map((share) => Math.round(share * training.pairs)),
    );
    expect(sizes[3].accuracy).toBe(report.accuracy);
    expect(baselines.bagOfWords.pairs).toBe(report.pairs);
    const ofBands = byMargin.bands.reduce(
      (sum, { bagOfWords }) => sum + bagOfWords.accuracy * bagOfWords.pairs,
      0,
    );
    expect(ofBands / report.pairs).toBeCloseTo(baselines.bagOfWords.accuracy);
    expect(report.warnings).toContainEqual(expect.stringMatching(/^only \d+ pairs are held out/));

    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page).toContain(
      `agrees with ${(100 * report.accuracy).toFixed(1)}% of ${report.pairs} held-out pairs`,
    );
    expect(page).toMatch(/Near.*Middle.*Far/s);
    expect(page).toContain('pairs are held out: the accuracy is a rough guess');
    expect(page).not.toContain('<script');
  });

  it('repeats with the same seed', async () => {
    const outs = [temporaryOut(), temporaryOut()];
    for (const out of outs) await train({ out, epochs: 2, pooling: 'both', dropout: 0.2 });
    const [a, b] = outs.map((out) => readFileSync(join(out, 'head.safetensors')));
    expect(a.equals(b)).toBe(true);
  });

  it('bands pairs without margins by its own scores, and leaves out leaks', async () => {
    const bare = pairs.map(({ margin: _, ...pair }) => pair);
    const evalPairs = bare.slice(0, 20);
    const notes: string[] = [];
    const observer = { note: (line: string) => notes.push(line) };
    const { report } = await train({ out: temporaryOut(), pairs: bare, evalPairs, observer, epochs: 1 });
    expect(report.byMargin.of).toBe('difference');
    expect(report.pairs).toBe(20);
    expect(notes).toContainEqual(expect.stringMatching(/^2\d training pairs are left out: their prompts/));
  });

  it('leaves nothing behind when it is stopped', async () => {
    const directory = temporaryDirectory();
    const stop = new AbortController();
    const observer = { played: () => stop.abort() };
    const stopped = train({ out: join(directory, 'model'), observer, signal: stop.signal });
    await expect(stopped).rejects.toThrow(Interrupted);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses what it cannot do, before it reads the language model', async () => {
    const out = temporaryDirectory();
    const lm = { id: './nowhere' };
    await expect(train({ out, lm })).rejects.toThrow(`${out} is there already: choose another --out`);
    const free = join(out, 'model');
    await expect(train({ out: free, lm, centringCoefficient: 1 })).rejects.toThrow(
      "the reward model: 'centringCoefficient': only centring: loss takes it",
    );
    await expect(train({ out: free, lm, labels: 'soft', margin: 'column' })).rejects.toThrow(
      'labels: soft uses the margins already',
    );
    await expect(train({ out: free, lm, pairs: [] })).rejects.toThrow('there are no preference pairs');
    await expect(train({ out: free, lm })).rejects.toThrow('nowhere does not exist');
    expect(existsSync(free)).toBe(false);
  });

  it('says when nothing can be told apart', async () => {
    const same = pairs.map((pair) => ({ ...pair, chosen: pair.rejected }));
    const stuck = train({ out: temporaryOut(), pairs: same });
    await expect(stuck).rejects.toThrow(InputError);
    await expect(stuck).rejects.toThrow('no training pair is left');
  });
});

it('readRewardReport names a directory without a report', () => {
  expect(() => readRewardReport('/nowhere')).toThrow("/nowhere holds no reward model's report");
});
