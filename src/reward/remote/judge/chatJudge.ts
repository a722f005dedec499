import type { Answers, Ask, Keyed } from '../answers.js';
import { keyOf } from '../answers.js';
import type { Answer } from '../cacheFile.js';
import { quoted } from '../failure.js';
import { counted, dollars } from '../wording.js';
import type { Budget } from './budget.js';
import type { Chat } from './chat.js';
import type { ChatSettings } from './dialect.js';
import { askAgain, compareQuestion, HIGHEST, LOWEST, type Question, scoreQuestion } from './questions.js';
import { verdictIn } from './reply.js';
import type { TokenCounter } from './tokens.js';
import type { Judge, JudgeEstimate, JudgeItem, JudgePair, JudgeSpending } from './types.js';

/** About as many tokens have an answer, and a reason in it. */
const VERDICT_TOKENS = 8;
const REASON_TOKENS = 40;
const MIDDLE = (LOWEST + HIGHEST) / 2;

export interface ChatJudgeParts {
  answers: Answers;
  chat: Chat;
  budget: Budget;
  counter: TokenCounter;
  settings: ChatSettings;
  /** Where it is asked. */
  url: URL;
  rubric: string;
  /** Takes the keys out of a text. */
  redact: (text: string) => string;
  note: ((line: string) => void) | undefined;
}

/** A judge behind an OpenAI-compatible chat endpoint. */
export class ChatJudge implements Judge {
  readonly name: string;
  private skipped = 0;
  private lastExcuse: string | undefined;

  constructor(private readonly parts: ChatJudgeParts) {
    this.name = `judge ${parts.settings.model}`;
  }

  async score(items: readonly JudgeItem[]): Promise<(number | undefined)[]> {
    const scores = await this.verdicts(items.map((item) => this.scoring(item)));
    return scores.map((score) => (score === null ? undefined : (score - MIDDLE) / (HIGHEST - MIDDLE)));
  }

  async compare(pairs: readonly JudgePair[]): Promise<(number | undefined)[]> {
    const different = pairs.filter(({ a, b }) => a !== b);
    const shares = await this.verdicts(different.flatMap((pair) => this.bothOrders(pair)));
    const ofPair = new Map(
      different.map((pair, i) => [pair, overBothOrders(shares[2 * i], shares[2 * i + 1])]),
    );
    return pairs.map((pair) => (pair.a === pair.b ? 0.5 : ofPair.get(pair)));
  }

  estimate(work: readonly (JudgeItem | JudgePair)[]): JudgeEstimate {
    const { answers, budget, counter, settings } = this.parts;
    const questions = work.flatMap((part) =>
      'completion' in part ? [this.scoring(part)] : part.a === part.b ? [] : this.bothOrders(part),
    );
    const open = answers.open(questions);
    const tokens = {
      inputTokens: open.reduce((sum, { question }) => sum + counter.messages(question.messages), 0),
      outputTokens:
        open.length * Math.min(settings.maxTokens, VERDICT_TOKENS + (settings.reason ? REASON_TOKENS : 0)),
    };
    const usd = budget.cost(tokens);
    return { requests: open.length, ...tokens, ...(usd === undefined ? {} : { usd }) };
  }

  spent(): JudgeSpending {
    const { budget, answers } = this.parts;
    const usd = budget.cost(budget.tokens);
    return {
      requests: budget.requests,
      ...budget.tokens,
      ...(usd === undefined ? {} : { usd }),
      cached: answers.cached,
      skipped: this.skipped,
    };
  }

  lastSkipped(): string | undefined {
    return this.lastExcuse;
  }

  async close(): Promise<void> {
    const { requests, inputTokens, outputTokens, usd, cached, skipped } = this.spent();
    if (requests + cached === 0) return;
    const parts = [
      `${counted(requests, 'request')} took ${counted(inputTokens, 'token')} and gave ${counted(outputTokens, 'token')}`,
      ...(usd === undefined ? [] : [dollars(usd)]),
      `${counted(cached, 'answer')} from the cache`,
      `${counted(skipped, 'answer')} without a verdict`,
    ];
    this.parts.note?.(`${this.name}: ${parts.join(', ')}`);
  }

  private verdicts(questions: readonly Keyed<Question>[]): Promise<Answer[]> {
    const ask: Ask<Question> = async ([question]) => [await this.verdict(question)];
    return this.parts.answers.get(questions, 1, ask);
  }

  /** An answer without a verdict is asked for once more, then skipped. */
  private async verdict(question: Question): Promise<Answer> {
    const { chat, redact } = this.parts;
    for (const asked of [question, askAgain(question)]) {
      const { content, excuse } = await chat.ask(asked);
      const value = content === undefined ? undefined : verdictIn(content, question.verdict);
      if (value !== undefined) return value;
      this.lastExcuse = quoted(redact(excuse ?? ''));
    }
    this.skipped++;
    return null;
  }

  private scoring(item: JudgeItem): Keyed<Question> {
    const { rubric, settings } = this.parts;
    return this.keyed(scoreQuestion(rubric, item, settings.reason));
  }

  private bothOrders(pair: JudgePair): Keyed<Question>[] {
    const { rubric, settings } = this.parts;
    const swapped = { ...pair, a: pair.b, b: pair.a };
    return [pair, swapped].map((one) => this.keyed(compareQuestion(rubric, one, settings.reason)));
  }

  private keyed(question: Question): Keyed<Question> {
    const { url, settings } = this.parts;
    return { key: keyOf('judge', url, settings, question), question };
  }
}

/** The share of the first text, from its shares in the first and in the second place. */
function overBothOrders(first: Answer, swapped: Answer): number | undefined {
  if (first === null || swapped === null) return undefined;
  if (first === 1 && swapped === 0) return 1;
  return first === 0 && swapped === 1 ? 0 : 0.5;
}
