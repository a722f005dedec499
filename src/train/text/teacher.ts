import { InputError } from '../../common/index.js';
import type { TextRunConfig } from '../../config/index.js';
import { type Lm, sameTokenizer } from '../../lm/index.js';
import { choiceOf, type LmPool, type ScoredEpisode, type TextPrompt } from '../../sample/index.js';

/** A larger language model that says how likely it finds what a student could have done. */
export interface Teacher {
  /**
   * Log-probabilities of the candidates of every step under the teacher at its temperature, renormalised over them.
   * @returns `[T, k]` for each episode
   */
  tell(episodes: readonly ScoredEpisode[], signal: AbortSignal | undefined): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Opens the teacher of a configuration, where it has one.
 * @throws InputError when its tokenizer is not the student's, or in a dialogue.
 */
export async function openTeacher(
  { teacher, env, lm: { id } }: TextRunConfig,
  student: Lm,
  pool: LmPool,
): Promise<Teacher | undefined> {
  if (!teacher) return undefined;
  if (env.turns !== undefined) {
    throw new InputError('teacher has no use with env.turns: it follows single answers; leave one out');
  }
  const lm = await pool.open(choiceOf(teacher));
  if (!sameTokenizer(student, lm)) {
    await lm.close();
    throw new InputError(
      `the teacher ${teacher.id} has another tokenizer than ${id}: leave teacher and agent.target out, and set reward to ` +
        `{type: perplexity, lm: ${teacher.id}, minus: base}`,
    );
  }
  const temperature = teacher.temperature ?? env.temperature;
  return {
    tell: (episodes, signal) => tell(lm, temperature, episodes, signal),
    close: () => lm.close(),
  };
}

async function tell(
  lm: Lm,
  temperature: number,
  episodes: readonly ScoredEpisode[],
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const sequences = episodes.map(({ prompt, episode }) => ({
    prompt: tokensOf(lm, prompt),
    completion: episode.tokens,
  }));
  const candidates = episodes.map(({ episode }) => episode.candidates);
  const readings = await lm.read(sequences, { candidates, logProbs: false, ...(signal ? { signal } : {}) });
  return readings.map(({ candidates: logProbs = new Float32Array() }, i) => {
    const k = logProbs.length / episodes[i].episode.taken.length;
    return renormalised(logProbs, k, temperature);
  });
}

/** The teacher's own chat template may differ from the student's. */
function tokensOf(lm: Lm, { messages, tokens }: TextPrompt): readonly number[] {
  return messages && lm.tokenizer.hasChatTemplate ? lm.tokenizer.chat(messages) : tokens;
}

/**
 * Log-probabilities at a temperature, renormalised over each `k`.
 * @param logProbs at temperature 1, over more than these; `[T, k]`
 */
export function renormalised(logProbs: Float32Array, k: number, temperature: number): Float32Array {
  const result = new Float32Array(logProbs.length);
  for (let first = 0; first < logProbs.length; first += k) {
    const row = logProbs.subarray(first, first + k);
    const most = row.reduce((best, log) => Math.max(best, log));
    const sum = row.reduce((total, log) => total + Math.exp((log - most) / temperature), 0);
    row.forEach((log, a) => {
      result[first + a] = (log - most) / temperature - Math.log(sum);
    });
  }
  return result;
}
