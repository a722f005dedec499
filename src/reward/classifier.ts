import { z } from 'zod';
import { InputError } from '../common/index.js';
import { lmDevices } from '../config/index.js';
import { type Lm, openLm, type Tokenizer } from '../lm/index.js';
import type { ClassifierText } from './classifier/encodeText.js';
import { type Classifier, openClassifier } from './classifier/openClassifier.js';
import { differences, prefixesOf } from './classifier/prefixes.js';
import { scoreOf } from './classifier/scoreOf.js';
import type { RewardContext, RewardItem, RewardModel } from './types.js';

const count = z.number().int().positive();

export const classifierParameters = z
  .strictObject({
    /** A directory in transformers.js's layout, or a hub id. */
    model: z.string().min(1),
    /** Which `onnx/model_*.onnx`: `fp32`, `q4`, ...; by default the best there. */
    dtype: z.string().optional(),
    /** With a hub id: a branch, a tag or a commit. */
    revision: z.string().optional(),
    device: z.enum(lmDevices).default('cpu'),
    /** ONNX Runtime's threads. With one, the default, scores repeat bit for bit. */
    threads: count.default(1),
    /** Name or number (from 0) of the output to score; a model with a single one needs none. */
    label: z.union([z.string(), z.number().int().min(0)]).optional(),
    /**
     * `probability` of the label, in [0, 1], the default where there are several. `log-odds`: log(p / (1 - p)), which goes on
     * rising where the probability is almost 1. `logit`: the output as it is, the default of a model with a single one, and the
     * number of a regression.
     */
    output: z.enum(['probability', 'logit', 'log-odds']).optional(),
    /** Most tokens that are read, special ones counted; default what the model takes. */
    maxLength: z.number().int().min(8).optional(),
    /** Texts that are read at once. */
    batch: count.default(32),
    /**
     * `completion`: it alone; where it is too long, its end is cut off. `prompt+completion`: both as one text, in a chat on two
     * lines; the beginning is cut off. `pair`: the prompt and the completion as two segments, as models trained on questions
     * and answers read them; the prompt's beginning is cut off first, then the completion's end. The prompt of a conversation
     * is what was said last.
     */
    text: z.enum(['completion', 'prompt+completion', 'pair']).default('completion'),
    /** Score the completion's beginnings too, so that each token gets the difference that it makes. */
    perToken: z.boolean().default(false),
    /** With `perToken`: tokens from one beginning to the next; default 4. */
    every: count.optional(),
  })
  .refine(({ every, perToken }) => every === undefined || perToken, {
    path: ['every'],
    message: "only 'perToken' takes it",
  });

type Parameters = z.output<typeof classifierParameters>;

/** Tokens from one prefix to the next. */
const EVERY = 4;

/**
 * What an ONNX sequence classifier says of a completion: any that transformers.js runs, such as one of sentiment, of toxicity
 * or a reward model; {@link classifierParameters} says how. The shorter texts of a batch are filled up, which changes no score
 * by more than rounding.
 * @throws InputError when there is no such model or label, the model is no classifier, or `perToken` has no run's tokens.
 */
export async function classifierReward(parameters: Parameters, context: RewardContext): Promise<RewardModel> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
  };
  try {
    const lm = parameters.perToken ? await openTokenizer(context) : undefined;
    if (lm !== undefined) opened.push(lm);
    const classifier = await open(parameters, context);
    opened.push(classifier);
    return rewardOf(classifier, parameters, lm?.tokenizer, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function rewardOf(
  classifier: Classifier,
  parameters: Parameters,
  tokenizer: Tokenizer | undefined,
  close: () => Promise<void>,
): RewardModel {
  const { text, every = EVERY } = parameters;
  const { label, score: ofLogits } = scoreOf(classifier, parameters);
  const score = async (batch: readonly RewardItem[]) =>
    (await classifier.logits(batch.map(textIn[text]))).map(ofLogits);
  const scoreTokens = async (batch: readonly RewardItem[], run: Tokenizer) => {
    const prefixes = batch.map((item) => prefixesOf(item, run, every));
    const scores = await score(
      batch.flatMap((item, i) => prefixes[i].map(({ completion }) => ({ ...item, completion }))),
    );
    let first = 0;
    return batch.map(({ tokens }, i) => {
      const own = scores.slice(first, first + prefixes[i].length);
      first += own.length;
      return differences(prefixes[i], own, tokens.length);
    });
  };
  return {
    name: classifier.labels.length === 1 ? 'classifier' : `classifier ${label}`,
    score,
    ...(tokenizer ? { scoreTokens: (batch) => scoreTokens(batch, tokenizer) } : {}),
    close,
  };
}

const textIn: Record<Parameters['text'], (item: RewardItem) => ClassifierText> = {
  completion: ({ completion }) => ({ text: completion }),
  'prompt+completion': ({ prompt, completion, messages }) => ({
    text: `${prompt}${messages ? '\n' : ''}${completion}`,
    keepEnd: true,
  }),
  pair: ({ prompt, completion }) => ({ text: prompt, pair: completion }),
};

async function open(
  parameters: Parameters,
  { signal, onDownload, note }: RewardContext,
): Promise<Classifier> {
  const { model, dtype, revision, device, threads, maxLength, batch } = parameters;
  const classifier = await openClassifier(model, {
    ...{ device, threads, maxLength, batch },
    ...(dtype === undefined ? {} : { dtype }),
    ...(revision === undefined ? {} : { revision }),
    ...(signal ? { signal } : {}),
    ...(onDownload ? { onDownload } : {}),
  });
  for (const warning of classifier.warnings) note?.(`${model}: ${warning}`);
  return classifier;
}

/** The language model whose tokens get a score, for its tokenizer. */
function openTokenizer({ lm, openLm: openShared }: RewardContext): Promise<Lm> {
  if (lm === undefined) {
    throw new InputError("the 'classifier' reward: 'perToken' is for the tokens of a run: leave it out");
  }
  const { id, ...options } = lm;
  return openShared ? openShared(lm) : openLm(id, options);
}
