import { Interrupted } from '../../common/index.js';
import type { RewardItem } from '../../reward/index.js';
import type { Watch } from '../observer.js';
import { LineFile, parseRatings } from './lines.js';
import type { Rating } from './ratedCompletions.js';
import type { Teacher } from './teacher.js';

/** Completions that a teacher is asked about at once, at least: enough to keep a remote one busy. */
const BATCH = 256;

/**
 * The teacher's ratings of all items: what is in the file already is not asked again, and the rest is added as it comes.
 * @param items `samples` for each prompt, side by side
 */
export async function rateCompletions(
  path: string,
  teacher: Teacher,
  items: readonly RewardItem[],
  samples: number,
  { observer, signal }: Watch,
): Promise<Rating[]> {
  const file = LineFile.open(path, parseRatings);
  const prompts = items.length / samples;
  const first = file.lines.length;
  if (first < prompts) {
    const forecast = teacher.forecast?.(items.slice(first * samples), samples);
    if (forecast !== undefined) observer.note?.(forecast);
    observer.phase?.('asking', (prompts - first) * samples);
  }
  const perBatch = Math.max(1, Math.ceil(BATCH / samples));
  for (let start = first; start < prompts; start += perBatch) {
    if (signal?.aborted) throw new Interrupted('stopped');
    const some = items.slice(start * samples, (start + perBatch) * samples);
    const ratings = await teacher.rate(some, samples);
    file.append(rowsOf(ratings, start, samples));
    observer.played?.(some.length);
  }
  return file.lines.slice(0, prompts).flatMap(({ ratings }) => ratings.map((rating) => rating ?? undefined));
}

function rowsOf(ratings: readonly Rating[], firstPrompt: number, samples: number) {
  return Array.from({ length: ratings.length / samples }, (_, i) => ({
    prompt: firstPrompt + i,
    ratings: ratings.slice(i * samples, (i + 1) * samples).map((rating) => rating ?? null),
  }));
}
