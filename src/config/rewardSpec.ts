import { z } from 'zod';

/** A reward: the name of a built-in one or the path of a module, alone or with its parameters. */
export const rewardSpec = z.union([z.string(), z.looseObject({ type: z.string() })], {
  error: 'expected a name, the path of a module, or {type: ..., parameters}',
});

export type RewardSpec = z.output<typeof rewardSpec>;
