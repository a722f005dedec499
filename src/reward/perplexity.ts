import { z } from 'zod';
import { InputError } from '../common/index.js';
import { lmDevices, lmLanguages } from '../config/index.js';
import { type Lm, openLm, sameTokenizer } from '../lm/index.js';
import { CompletionReader } from './perplexity/completionReader.js';
import type { LmChoice, RewardContext, RewardItem, RewardModel } from './types.js';

const onlyWithLm = 'only together with lm';

export const perplexityParameters = z
  .strictObject({
    /** The language model that is asked, a directory or a hub id; default: the run's own, as it is without a head. */
    lm: z.string().min(1).optional(),
    dtype: z.string().optional(),
    revision: z.string().optional(),
    languages: lmLanguages.optional(),
    device: z.enum(lmDevices).optional(),
    threads: z.number().int().min(1).optional(),
    /** The mean of the tokens' log-probabilities, or their sum: that of the whole completion. */
    of: z.enum(['mean', 'sum']).default('mean'),
    /** `base`: less the log-probability under the run's own model, so that a completion's score is a log-ratio. */
    minus: z.enum(['none', 'base']).default('none'),
    /** Whether every token gets a score of its own, all of which add up to the completion's. */
    perToken: z.boolean().default(false),
  })
  .check(({ value, issues }) => {
    if (value.lm !== undefined) return;
    const opening = (['dtype', 'revision', 'languages', 'device', 'threads'] as const).find(
      (key) => value[key] !== undefined,
    );
    const key = value.minus === 'base' ? 'minus' : opening;
    if (key !== undefined)
      issues.push({ code: 'custom', input: value[key], path: [key], message: onlyWithLm });
  });

type Parameters = z.output<typeof perplexityParameters>;

/**
 * The log-probability of a completion after its prompt, by default per token, in nats: minus the logarithm of its
 * perplexity. What is read are the run's own tokens where the model has its tokenizer; else the texts are encoded anew,
 * and `minus: base` with `of: mean` divides by the run's number of tokens. Where the run ended a completion by a token,
 * ending there is part of it; an empty completion scores the log-probability of ending at once, 0 where the model has no
 * token for that. A token that a model never writes counts -100.
 * @throws InputError when there is no model, it cannot be opened, or `perToken` asks one with another tokenizer.
 */
export async function perplexityReward(parameters: Parameters, context: RewardContext): Promise<RewardModel> {
  const { lm: id, of, perToken } = parameters;
  const opened: Lm[] = [];
  const close = async () => {
    for (const lm of opened.splice(0)) await lm.close();
  };
  try {
    const { reader, base } = await openReaders(parameters, context, opened);
    const read = async (batch: readonly RewardItem[]): Promise<Read[]> => {
      const logProbs = await reader.read(batch);
      const less = await base?.read(batch);
      return logProbs.map((own, i) => ({ logProbs: own, base: less?.[i] }));
    };
    const name = `perplexity${id === undefined ? '' : ` under ${id}`}`;
    const scoreTokens = async (batch: readonly RewardItem[]) =>
      (await read(batch)).map((each, i) => tokenScores(each, of).subarray(0, batch[i].tokens.length));
    return {
      name,
      score: async (batch) => (await read(batch)).map((each) => completionScore(each, of)),
      ...(perToken ? { scoreTokens } : {}),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The log-probabilities of a completion's tokens. */
interface Read {
  logProbs: Float32Array;
  /** Under the model whose log-probability is taken off; of as many tokens unless that has another tokenizer. */
  base: Float32Array | undefined;
}

function completionScore({ logProbs, base }: Read, of: Parameters['of']): number {
  const total = sum(logProbs) - sum(base ?? []);
  return of === 'sum' ? total : total / Math.max(1, (base ?? logProbs).length);
}

/** The parts of {@link completionScore}, where both models have the same tokens. */
function tokenScores({ logProbs, base }: Read, of: Parameters['of']): Float32Array {
  const count = of === 'sum' ? 1 : logProbs.length;
  return logProbs.map((value, i) => (value - (base?.[i] ?? 0)) / count);
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/**
 * Opens what is asked.
 * @param opened Gets every model that is open from then on.
 */
async function openReaders(
  parameters: Parameters,
  context: RewardContext,
  opened: Lm[],
): Promise<{ reader: CompletionReader; base: CompletionReader | undefined }> {
  const { lm: id, minus, perToken } = parameters;
  const open = async (choice: LmChoice) => {
    const lm = await (context.openLm ?? openAlone)(choice);
    opened.push(lm);
    return lm;
  };
  const choice = id === undefined ? context.lm : choiceOf(id, parameters);
  if (choice === undefined) throw problem('has no language model to ask: name one with lm');
  const asked = await open(choice);
  const run = id === undefined ? asked : context.lm && (await open(context.lm));
  if (run === undefined && (perToken || minus === 'base')) {
    const key = perToken ? 'perToken' : 'minus: base';
    throw problem(`has ${key}, but no run whose tokens it could read: leave that out`);
  }
  const shares = run !== undefined && sameTokenizer(asked, run);
  if (perToken && !shares) {
    throw problem(`has perToken, but ${id} has another tokenizer than ${run?.info.id}: leave perToken out`);
  }
  const { signal } = context;
  return {
    reader: new CompletionReader(asked, run, shares, signal),
    base: run && minus === 'base' ? new CompletionReader(run, run, true, signal) : undefined,
  };
}

function choiceOf(id: string, { dtype, revision, languages, device, threads }: Parameters): LmChoice {
  return {
    id,
    ...(dtype === undefined ? {} : { dtype }),
    ...(revision === undefined ? {} : { revision }),
    ...(languages === undefined ? {} : { languages }),
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
  };
}

function openAlone({ id, ...options }: LmChoice): Promise<Lm> {
  return openLm(id, options);
}

function problem(what: string): InputError {
  return new InputError(`the 'perplexity' reward ${what}`);
}
