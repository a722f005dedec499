import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { evaluateTrained } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../support/files.js';
import { metricsOf, syncConfig, timeless, tinyText, trainHere } from '../run.js';

const tiny = [...tinyText, 'train.steps=2', 'train.evalEvery=0'];

/** A reward module that writes a file when it is closed, and throws after so many calls. */
function closingReward(calls = Number.POSITIVE_INFINITY): { path: string; closed: () => boolean } {
  const directory = temporaryDirectory();
  const [path, marker] = [join(directory, 'reward.mjs'), join(directory, 'closed')];
  const code = `
    import { writeFileSync } from 'node:fs';
    let calls = 0;
    export default {
      score(batch) {
        if (++calls > ${calls}) throw new Error('broken');
        return batch.map(() => 0);
      },
      async close() { writeFileSync(${JSON.stringify(marker)}, ''); },
    };`;
  writeFileSync(path, code);
  return { path, closed: () => existsSync(marker) };
}

describe('the reward of a run', () => {
  it("asks the run's own model, the same for the same seed", async () => {
    const config = syncConfig(undefined, ...tiny, 'reward={type: perplexity, perToken: true}');
    const [one, two] = [await trainHere(config), await trainHere(config)];
    expect(timeless(one)).toBe(timeless(two));
    // Nats per token, of samples of the model itself.
    expect(one.reward.first).toBeLessThan(-1);
    expect(one.reward.first).toBeGreaterThan(-6);
    const { base } = JSON.parse(readFileSync(join(one.run, 'evaluation.json'), 'utf8'));
    expect(base.reward.mean).toBeLessThan(-1);
    expect(metricsOf(one)).toHaveLength(2);
  });

  it('is closed when the run ends', async () => {
    const reward = closingReward();
    const { run } = await trainHere(syncConfig(undefined, ...tiny, `reward=${reward.path}`));
    expect(reward.closed()).toBe(true);
    const other = closingReward();
    const config = readFileSync(join(run, 'config.yaml'), 'utf8');
    writeFileSync(join(run, 'config.yaml'), config.replace(reward.path, other.path));
    await evaluateTrained(run);
    expect(other.closed()).toBe(true);
  });

  it('is closed when the run fails', async () => {
    const scoring = closingReward(1);
    const failed = trainHere(syncConfig(undefined, ...tiny, `reward=${scoring.path}`));
    await expect(failed).rejects.toThrow(InputError);
    expect(scoring.closed()).toBe(true);
    const unused = closingReward();
    const missing = trainHere(syncConfig(undefined, ...tiny, `reward=${unused.path}`, 'lm.id=/nowhere'));
    await expect(missing).rejects.toThrow('/nowhere');
    expect(unused.closed()).toBe(true);
  });

  it('is told before a model is opened', async () => {
    const wrong = syncConfig(undefined, ...tiny, 'reward={type: perplexity, of: most}', 'lm.id=/nowhere');
    await expect(trainHere(wrong)).rejects.toThrow("the 'perplexity' reward: 'of'");
  });
});
