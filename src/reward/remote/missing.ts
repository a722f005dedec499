import { InputError } from '../../common/index.js';

/** Fewer completions say nothing of the share that is missing. */
const FIRST_JUDGED = 20;

/** Fills in for scores that a server does not give, and counts them. */
export class MissingScores {
  /** Completions without a score so far. */
  missing = 0;
  private seen = 0;

  /**
   * @param name Of the reward, for messages.
   * @param most The largest share that may be missing.
   * @param lastAnswer What the server said instead of a score the last time, without keys.
   */
  constructor(
    private readonly name: string,
    private readonly most: number,
    private readonly lastAnswer: () => string | undefined = () => undefined,
  ) {}

  /**
   * @returns The scores, in order; a missing one is the mean of the others, or 0 where there are none.
   * @throws InputError when too many of all so far are missing.
   */
  fill(scores: readonly (number | undefined)[]): number[] {
    const given = scores.filter((score) => score !== undefined);
    this.seen += scores.length;
    this.missing += scores.length - given.length;
    if (this.seen >= FIRST_JUDGED && this.missing > this.most * this.seen) throw this.tooMany();
    const mean = given.length === 0 ? 0 : given.reduce((a, b) => a + b) / given.length;
    return scores.map((score) => score ?? mean);
  }

  private tooMany(): InputError {
    const last = this.lastAnswer();
    const share = `${this.missing} of ${this.seen} completions came back without a score`;
    return new InputError(
      `${this.name}: ${share}${last === undefined ? '' : `; the last answer: ${last}`}: mend what is asked, or raise ` +
        `'maxSkipped' (${this.most})`,
    );
  }
}
