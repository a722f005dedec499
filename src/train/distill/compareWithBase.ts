import { bootstrapMean, type Interval } from '../../eval/index.js';
import { Sampler, type TextPrompt, tokenizePrompts } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import { loadPromptSets } from '../text/setup.js';
import { itemOf } from './completions.js';
import type { ItemPair, Teacher } from './teacher.js';

/** How often a judge prefers the student to its base. */
export interface WinRate extends Interval {
  /** Evaluation prompts that it judged. */
  prompts: number;
  /** Pairs about which it said nothing. */
  unrated: number;
}

/**
 * Asks which completions of the evaluation prompts are better: the student's or its base's, `samples` of each for a prompt,
 * drawn apart. Ties count half.
 */
export async function compareWithBase(
  run: string,
  judge: Teacher,
  samples: number,
  { observer, signal }: Watch,
): Promise<WinRate> {
  const sampler = await Sampler.open(run, 'last', {
    onDownload: (progress) => observer.onDownload?.(progress),
    ...(signal ? { signal } : {}),
  });
  try {
    const { config } = sampler.run;
    const source = config.data.evalPrompts ?? config.data.prompts;
    const prompts = tokenizePrompts(
      sampler.lm,
      loadPromptSets(config).eval,
      config.env.maxNewTokens,
      source,
      config.env.turns,
    );
    observer.phase?.('judging', prompts.length * samples);
    const pairs = await samplePairs(sampler, prompts, samples, signal);
    const shares = await judge.prefer(pairs);
    observer.played?.(pairs.length);
    const byPrompt = prompts.map((_, i) =>
      shares.slice(i * samples, (i + 1) * samples).filter((share) => share !== undefined),
    );
    const judged = byPrompt.filter(({ length }) => length > 0);
    return {
      ...bootstrapMean(judged, { seed: config.seed }),
      prompts: judged.length,
      unrated: shares.filter((share) => share === undefined).length,
    };
  } finally {
    await sampler.close();
  }
}

/** The student's completions, as `a`, beside its base's. */
async function samplePairs(
  sampler: Sampler,
  prompts: readonly TextPrompt[],
  samples: number,
  signal: AbortSignal | undefined,
): Promise<ItemPair[]> {
  const { seed } = sampler.run.config;
  const options = { n: samples, ...(signal ? { signal } : {}) };
  const tuned = await sampler.sample(prompts, { ...options, seed });
  const base = await sampler.sample(prompts, { ...options, beta: 0, seed: seed + 1 });
  return tuned.map(({ completion }, i) => {
    const prompt = prompts[Math.floor(i / samples)];
    return {
      a: itemOf(sampler.lm, prompt, completion),
      b: itemOf(sampler.lm, prompt, base[i].completion),
    };
  });
}
