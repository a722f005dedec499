import { InputError } from '../../../common/index.js';
import { tokenCost } from '../../../lm/index.js';
import { counted, dollars } from '../wording.js';
import type { JudgeParameters } from './parameters.js';

/** The budget of a judge is spent. What was paid for is kept where there is a cache file. */
export class BudgetSpent extends InputError {
  override name = 'BudgetSpent';
}

/** Tokens that were or will be read and written. */
export interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

/** Keeps account of what a judge costs, and holds requests back that could cost more than may be spent. */
export class Budget {
  requests = 0;
  readonly tokens: Tokens = { inputTokens: 0, outputTokens: 0 };
  /** The most that the requests in flight may take. */
  private readonly reserved: Tokens = { inputTokens: 0, outputTokens: 0 };
  private inFlight = 0;
  private waiting: (() => void)[] = [];

  /** @param wayOn The end of the message that the budget is spent. */
  constructor(
    private readonly limits: Pick<JudgeParameters, 'budget' | 'price'>,
    private readonly wayOn: string,
  ) {}

  /** Whether there is one: without it, nothing needs to be counted beforehand. */
  get isLimited(): boolean {
    return this.limits.budget !== undefined;
  }

  /**
   * Sets aside what a request may cost at the most; where the requests in flight may leave enough, waits for them.
   * @throws BudgetSpent when nothing in flight can leave enough any more.
   */
  async reserve(most: Tokens): Promise<void> {
    while (!this.fits(most)) {
      if (this.inFlight === 0) throw this.exhausted(most);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inFlight++;
    add(this.reserved, most, 1);
  }

  /** Puts what was set aside back, and what the request took on the account. */
  settle(most: Tokens, taken: Tokens | undefined): void {
    this.inFlight--;
    add(this.reserved, most, -1);
    if (taken !== undefined) this.pay(taken);
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** Puts tokens on the account. */
  pay(taken: Tokens): void {
    this.requests++;
    add(this.tokens, taken, 1);
  }

  /** What tokens cost in dollars; undefined where the price is not known. */
  cost({ inputTokens, outputTokens }: Tokens): number | undefined {
    const { price } = this.limits;
    if (price === undefined) return undefined;
    return tokenCost(
      { prompt: inputTokens, completion: outputTokens },
      { prompt: price.input, completion: price.output },
    );
  }

  private fits(most: Tokens): boolean {
    const { budget = {} } = this.limits;
    const all = { ...this.tokens };
    add(all, this.reserved, 1);
    add(all, most, 1);
    const { tokens = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY } = budget;
    return all.inputTokens + all.outputTokens <= tokens && (this.cost(all) ?? 0) <= usd;
  }

  private exhausted(most: Tokens): BudgetSpent {
    const { usd, tokens } = this.limits.budget ?? {};
    const limits = [
      ...(usd === undefined ? [] : [dollars(usd)]),
      ...(tokens === undefined ? [] : [counted(tokens, 'token')]),
    ];
    return new BudgetSpent(
      `the judge's budget of ${limits.join(' and ')} is spent: ${counted(this.requests, 'request')} took ` +
        `${this.describe(this.tokens)}, and the next may take ${this.describe(most)}: raise 'budget' to go ` +
        `on${this.wayOn}`,
    );
  }

  private describe(tokens: Tokens): string {
    const cost = this.cost(tokens);
    const { inputTokens, outputTokens } = tokens;
    return `${counted(inputTokens + outputTokens, 'token')}${cost === undefined ? '' : ` (${dollars(cost)})`}`;
  }
}

function add(sum: Tokens, more: Tokens, sign: 1 | -1): void {
  sum.inputTokens += sign * more.inputTokens;
  sum.outputTokens += sign * more.outputTokens;
}
