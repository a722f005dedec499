import { InputError } from '../../common/index.js';
import { completionTokens, type GivenSequence, type Lm } from '../../lm/index.js';
import type { RewardItem } from '../types.js';

/** What a token counts that a model never writes, such as one that it bans. */
const IMPOSSIBLE = -100;

/** Reads the completions of a run through a language model. */
export class CompletionReader {
  /**
   * @param run The model that wrote the completions, where it is known.
   * @param shares Whether that one has the same tokenizer, so that its tokens can be read as they are.
   */
  constructor(
    private readonly lm: Lm,
    private readonly run: Lm | undefined,
    private readonly shares: boolean,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * The log-probabilities of every completion's tokens, in nats.
   * @throws InputError naming the model for a completion that is too long for it, or a chat that it does not take.
   */
  async read(items: readonly RewardItem[]): Promise<Float32Array[]> {
    const { lm, signal } = this;
    try {
      const sequences = items.map((item) => this.sequenceOf(item));
      const readings = await lm.read(sequences, signal ? { signal } : {});
      return readings.map(({ logProbs }) => logProbs.map((value) => Math.max(value, IMPOSSIBLE)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`the 'perplexity' reward asks ${lm.info.id}: ${error.message}`);
    }
  }

  private sequenceOf(item: RewardItem): GivenSequence {
    const { prompt: text, messages, completion, tokens } = item;
    const { tokenizer } = this.lm;
    const prompt = messages ? tokenizer.chat(messages) : tokenizer.encode(text);
    if (this.shares && tokens.length > 0) return { prompt, completion: tokens };
    const encoded = { text, tokens: prompt, ...(messages ? { messages } : {}) };
    const own = completionTokens(this.lm, encoded, completion);
    return { prompt, completion: own.length > 0 && !this.ended(item) ? own : [...own, ...this.ending(item)] };
  }

  /** Whether the run ended the completion by a token. */
  private ended({ tokens }: RewardItem): boolean {
    const last = tokens[tokens.length - 1];
    return last !== undefined && (this.run?.info.eosTokenIds.includes(last) ?? false);
  }

  /** The token that would end the completion; none where the model has no such token. */
  private ending({ messages }: RewardItem): number[] {
    const { eosTokenIds, endOfTurnTokenIds } = this.lm.info;
    return (messages ? [...endOfTurnTokenIds, ...eosTokenIds] : eosTokenIds).slice(0, 1);
  }
}
