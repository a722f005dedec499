import type { z } from 'zod';
import { InputError } from '../common/index.js';
import { isModulePath, type RewardSpec, suggestion, validate } from '../config/index.js';
import { classifierParameters, classifierReward } from './classifier.js';
import { compositeParameters, compositeReward } from './composite.js';
import { distinctParameters, distinctReward } from './distinct.js';
import { jsonParameters, jsonReward } from './json.js';
import { keywordsParameters, keywordsReward } from './keywords.js';
import { lengthParameters, lengthReward } from './length.js';
import { matchParameters, matchReward } from './match.js';
import { loadRewardModule } from './module.js';
import { perplexityParameters, perplexityReward } from './perplexity.js';
import { preferenceParameters, preferenceReward } from './preference/preference.js';
import { regexParameters, regexReward } from './regex.js';
import { httpReward } from './remote/http.js';
import { judgeReward } from './remote/judge/reward.js';
import { repetitionParameters, repetitionReward } from './repetition.js';
import { sentimentParameters, sentimentReward } from './sentiment.js';
import { similarityParameters, similarityReward } from './similarity.js';
import type { RewardContext, RewardModel } from './types.js';

type Factory = (parameters: unknown, context: RewardContext) => RewardModel | Promise<RewardModel>;

const builtIns: ReadonlyMap<string, Factory> = new Map([
  builtIn('sentiment', sentimentParameters, sentimentReward),
  builtIn('keywords', keywordsParameters, keywordsReward),
  builtIn('length', lengthParameters, lengthReward),
  builtIn('match', matchParameters, matchReward),
  builtIn('repetition', repetitionParameters, repetitionReward),
  builtIn('similarity', similarityParameters, similarityReward),
  builtIn('regex', regexParameters, regexReward),
  builtIn('json', jsonParameters, jsonReward),
  builtIn('distinct', distinctParameters, distinctReward),
  builtIn('classifier', classifierParameters, classifierReward),
  // These check their own parameters: no message may show a key that was pasted into them.
  ['http', httpReward],
  ['judge', judgeReward],
  builtIn('perplexity', perplexityParameters, perplexityReward),
  builtIn('preference', preferenceParameters, preferenceReward),
  builtIn('composite', compositeParameters, (parameters, context) =>
    compositeReward(parameters, (spec) => createReward(spec, context), context),
  ),
]);

/** Names of the built-in rewards. */
export const builtInRewards: readonly string[] = [...builtIns.keys()];

/**
 * The reward that a configuration names: a built-in one, or the module at a path.
 * @throws InputError on an unknown name, on parameters that the reward does not take, and on a module that is
 * missing, broken or of the wrong shape.
 */
export async function createReward(spec: RewardSpec, context: RewardContext): Promise<RewardModel> {
  const { type, ...parameters } = typeof spec === 'string' ? { type: spec } : spec;
  const factory = builtIns.get(type);
  if (factory) return factory(parameters, context);
  if (isModulePath(type)) return loadRewardModule(type, parameters, context.baseDirectory);
  throw new InputError(
    `unknown reward '${type}'${suggestion(type, builtInRewards)} (or the path of a module: ./my-reward.ts)`,
  );
}

function builtIn<S extends z.ZodType>(
  name: string,
  schema: S,
  create: (parameters: z.output<S>, context: RewardContext) => RewardModel | Promise<RewardModel>,
): [string, Factory] {
  const factory: Factory = (parameters, context) =>
    create(validate(schema, parameters, `the '${name}' reward`), context);
  return [name, factory];
}
