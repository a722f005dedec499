import { z } from 'zod';
import { InputError, messageOf } from '../common/index.js';
import { suggestion } from '../config/index.js';
import { withinTime } from './regex/withinTime.js';
import type { RewardModel } from './types.js';

export const regexParameters = z
  .strictObject({
    /** A JavaScript regular expression, without slashes around it. */
    pattern: z.string().min(1, 'an empty pattern fits everything'),
    /** `i` ignores case, `m` lets `^` and `$` fit at every line's ends, `s` lets `.` fit line breaks; `u` or `v`: Unicode. */
    flags: z
      .string()
      .regex(/^[imsuv]*$/, 'only the flags i, m, s, u and v are of use here')
      .default(''),
    /**
     * `match`: 1 where the pattern fits somewhere, else 0. `count`: how often it does, divided by `max` and cut off at 1.
     * `full`: 1 where it fits the completion as a whole, but for the white space around it, else 0.
     */
    score: z.enum(['match', 'count', 'full']).default('match'),
    /** With `count`: the matches that score 1; default 3. */
    max: z.number().int().positive().optional(),
    /**
     * Number or name of a group that must have taken part for a match to count: `"[^"]*"|(\bcat\b)` with group 1 finds the
     * cats outside of quotes.
     */
    group: z.union([z.number().int().positive(), z.string().min(1)]).optional(),
  })
  .refine(({ max, score }) => max === undefined || score === 'count', {
    path: ['max'],
    message: "only score 'count' takes it",
  });

/**
 * Scores where a regular expression fits the completion, in [0, 1]; {@link regexParameters} says how. A pattern that takes
 * seconds on a batch, as nested repetitions such as `(a+)+` may on some texts, is refused then.
 * @throws InputError for what is no regular expression, and for a group that it does not have.
 */
export function regexReward(parameters: z.output<typeof regexParameters>): RewardModel {
  const { score: kind, max = 3, group } = parameters;
  const regex = compiled(parameters);
  const took = takesPart(regex, group);
  const score = (completion: string) => {
    const matches = [...(kind === 'full' ? completion.trim() : completion).matchAll(regex)].filter(took);
    return kind === 'count' ? Math.min(1, matches.length / max) : Math.min(1, matches.length);
  };
  return {
    name: 'regex',
    score: (batch) =>
      withinTime(
        () => batch.map(({ completion }) => score(completion)),
        `the 'regex' reward: the pattern ${parameters.pattern}`,
      ),
  };
}

function compiled({ pattern, flags, score }: z.output<typeof regexParameters>): RegExp {
  try {
    // By itself first, so that brackets that close the ones put around it are found.
    new RegExp(pattern, flags);
    const source = score === 'full' ? `(?<![\\s\\S])(?:${pattern})(?![\\s\\S])` : pattern;
    return new RegExp(source, `${flags}g`);
  } catch (error) {
    throw new InputError(`the 'regex' reward: 'pattern': ${messageOf(error)}`);
  }
}

/** Whether a match counts: all do, or those that a group took part in. */
function takesPart(regex: RegExp, group: number | string | undefined): (match: RegExpMatchArray) => boolean {
  if (group === undefined) return () => true;
  // With an empty alternative it fits every text, and so shows its groups.
  const groups = new RegExp(`${regex.source}|`, regex.flags).exec('');
  const names = Object.keys(groups?.groups ?? {});
  const count = (groups?.length ?? 1) - 1;
  if (typeof group === 'number') {
    if (group <= count) return (match) => match[group] !== undefined;
    throw new InputError(
      `the 'regex' reward: 'group': the pattern has no group ${group}, but ${count} in all`,
    );
  }
  if (names.includes(group)) return (match) => match.groups?.[group] !== undefined;
  throw new InputError(
    `the 'regex' reward: 'group': the pattern has no group '${group}'${suggestion(group, names)}`,
  );
}
