import { validate } from '../../../config/index.js';
import type { RewardContext } from '../../types.js';
import { connect, wayOn } from '../connect.js';
import { refuseSecrets } from '../secrets.js';
import { Budget } from './budget.js';
import { Chat } from './chat.js';
import { ChatJudge } from './chatJudge.js';
import { type JudgeParameters, judgeParameters, OPENAI } from './parameters.js';
import { RUBRIC, readRubric } from './rubric.js';
import { tokenCounter } from './tokens.js';
import type { Judge } from './types.js';

/** The variable that holds the key, unless another is named. */
const USUAL_VARIABLE = 'OPENAI_API_KEY';

/**
 * Opens a judge: see {@link judgeParameters}. Nothing is sent yet.
 * @throws InputError on wrong parameters, a key pasted into them, a key that is not set, a rubric that is not there and a
 * cache that cannot be opened.
 */
export async function openJudge(parameters: unknown, context: RewardContext): Promise<Judge> {
  return judgeOf(readJudgeParameters(parameters), context);
}

/** Checks the parameters of a judge. @throws InputError when they are wrong, or hold a key. */
export function readJudgeParameters(given: unknown): JudgeParameters {
  const what = "the 'judge' reward";
  refuseSecrets(given, what);
  return validate(judgeParameters, given, what);
}

/** See {@link openJudge}. */
export function judgeOf(parameters: JudgeParameters, context: RewardContext): Judge {
  const { baseUrl, model, keyEnv, maxTokens, seed, reason, cache, rubric } = parameters;
  const text = rubric === undefined ? RUBRIC : readRubric(rubric, context.baseDirectory);
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  const { client, answers, credentials } = connect(
    {
      ...parameters,
      url,
      keyEnv: keyEnv ?? USUAL_VARIABLE,
      keyNeeded: keyEnv !== undefined || baseUrl === OPENAI,
      cache,
      addressedBy: "'baseUrl' and 'model'",
    },
    context,
  );
  const settings = { model, maxTokens, seed, reason };
  const budget = new Budget(parameters, wayOn(cache));
  const counter = tokenCounter(model);
  return new ChatJudge({
    answers,
    chat: new Chat(client, settings, budget, counter),
    budget,
    counter,
    settings,
    url,
    rubric: text,
    redact: (given) => credentials.redact(given),
    note: context.note,
  });
}
