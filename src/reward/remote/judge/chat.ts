import type { RemoteClient } from '../client.js';
import { RemoteFailure } from '../failure.js';
import type { Budget, Tokens } from './budget.js';
import { type ChatSettings, chatBody, FULL_DIALECT, plainerDialect } from './dialect.js';
import type { Question } from './questions.js';
import { type Reply, readReply } from './reply.js';
import type { TokenCounter } from './tokens.js';

/** What services answer with HTTP 400 when they will not let a model read a text. */
const FILTERED = /content_filter|content_policy|content management policy/i;

/** As many tokens a server may count for one of js-tiktoken's, before it has counted any. */
const CAUTIOUS_RATIO = 2;

/** Asks a chat endpoint within a budget, in the dialect that it turns out to speak. */
export class Chat {
  private dialect = FULL_DIALECT;
  /** The most tokens that the server counted for one of js-tiktoken's: other models have other tokenizers. */
  private ratio: number | undefined;

  constructor(
    private readonly client: RemoteClient,
    private readonly settings: ChatSettings,
    private readonly budget: Budget,
    private readonly counter: TokenCounter,
  ) {}

  /** @throws BudgetSpent when the answer could cost more than is left, RemoteFailure when there is none. */
  async ask(question: Question): Promise<Reply> {
    for (;;) {
      const { dialect } = this;
      try {
        return await this.send(question, chatBody(question, this.settings, dialect));
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error;
        const { status, body = '' } = error.details;
        if (status === 400 && FILTERED.test(body)) {
          return { content: undefined, excuse: 'stopped by the content filter', usage: undefined };
        }
        const plainer = plainerDialect(dialect, error);
        if (plainer === undefined) throw error;
        // Another request in flight may have found out already.
        if (this.dialect === dialect) this.dialect = plainer;
      }
    }
  }

  private async send(question: Question, body: object): Promise<Reply> {
    const { budget, client, settings } = this;
    const most = {
      inputTokens: budget.isLimited ? this.inputTokens(question, CAUTIOUS_RATIO) : 0,
      outputTokens: settings.maxTokens,
    };
    await budget.reserve(most);
    let taken: Tokens | undefined;
    try {
      const onLost = () => budget.pay({ inputTokens: this.inputTokens(question), outputTokens: 0 });
      const reply = await client.send({ body, read: readReply, onLost });
      taken = this.taken(question, reply);
      return reply;
    } finally {
      budget.settle(most, taken);
    }
  }

  private taken(question: Question, { usage, content, excuse }: Reply): Tokens {
    if (usage === undefined) {
      return {
        inputTokens: this.inputTokens(question),
        outputTokens: this.counter.text(content ?? excuse ?? ''),
      };
    }
    if (this.budget.isLimited) {
      this.ratio = Math.max(this.ratio ?? 1, usage.inputTokens / this.counter.messages(question.messages));
    }
    return usage;
  }

  /** @param guess Of the ratio, while it is not known. */
  private inputTokens({ messages }: Question, guess = 1): number {
    return Math.ceil((this.ratio ?? guess) * this.counter.messages(messages));
  }
}
