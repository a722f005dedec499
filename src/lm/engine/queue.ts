/** A distinct prompt and the sequences that continue it, as indices into the list of sequences. */
export interface PromptGroup {
  prompt: readonly number[];
  sequences: readonly number[];
  /** Tokens at its beginning that are read once for it and its neighbours with the same number; 0: none. */
  shared: number;
}

/** Tokens that prompts must have in common to be read apart from the rest, and tokens that reading apart must save. */
const LEAST_SHARED = 16;
const LEAST_SAVED = 256;
/** Tokens, padding included, that are read at once: attention takes memory by the square of a prompt's length. */
const MOST_READ = 8192;

/** Groups equal prompts, so that each distinct one is read once. */
export function groupPrompts(prompts: readonly (readonly number[])[], samples: number): PromptGroup[] {
  const groups = new Map<string, PromptGroup & { sequences: number[] }>();
  prompts.forEach((prompt, index) => {
    const key = prompt.join(' ');
    const group = groups.get(key) ?? { prompt, sequences: [], shared: 0 };
    groups.set(key, group);
    for (let sample = 0; sample < samples; sample++) group.sequences.push(index * samples + sample);
  });
  return [...groups.values()];
}

/**
 * Orders groups for reading: those with a common beginning side by side, then the others; each by length, for little
 * padding.
 */
export function shareBeginnings(groups: readonly PromptGroup[]): PromptGroup[] {
  const families = new Map<string, PromptGroup[]>();
  for (const group of groups) {
    // A prompt's last token is always its own: something must be read to go on from.
    const key = group.prompt.length > LEAST_SHARED ? group.prompt.slice(0, LEAST_SHARED).join(' ') : '';
    const family = families.get(key) ?? [];
    families.set(key, family);
    family.push(group);
  }
  const sharing: PromptGroup[] = [];
  const alone: PromptGroup[] = [];
  for (const [key, family] of families) {
    const shared = key === '' ? 0 : commonLength(family.map(({ prompt }) => prompt));
    if ((family.length - 1) * shared < LEAST_SAVED) alone.push(...family);
    else sharing.push(...byLength(family.map((group) => ({ ...group, shared }))));
  }
  return [...sharing, ...byLength(alone)];
}

/** Groups from the shortest prompt to the longest. */
export function byLength(groups: readonly PromptGroup[]): PromptGroup[] {
  return [...groups].sort((a, b) => a.prompt.length - b.prompt.length);
}

/** Tokens that all prompts begin with, but for the last of the shortest. */
function commonLength(prompts: readonly (readonly number[])[]): number {
  const [first] = prompts;
  let length = Math.min(...prompts.map((prompt) => prompt.length)) - 1;
  for (const prompt of prompts) {
    let same = 0;
    while (same < length && prompt[same] === first[same]) same++;
    length = same;
  }
  return length;
}

/**
 * Takes the groups to read next off the front of the list: as many as have `room` sequences, at least one, while their
 * padding costs less than a read of its own.
 * @param mixes Whether prompts of unequal length, or several behind a common beginning, may be read together.
 */
export function takeGroups(waiting: PromptGroup[], room: number, mixes: boolean): PromptGroup[] {
  const [first] = waiting;
  let sequences = 0;
  let count = 0;
  let tokens = 0;
  for (const { prompt, sequences: own, shared } of waiting) {
    const fits = shared === first.shared && beginsAlike(prompt, first.prompt, shared);
    tokens += prompt.length - shared;
    const read = (count + 1) * (prompt.length - shared);
    const full = sequences >= room || read > MOST_READ || read - tokens > LEAST_SAVED;
    const together = mixes || (shared === 0 && prompt.length === first.prompt.length);
    if (count > 0 && (full || !fits || !together)) break;
    sequences += own.length;
    count++;
  }
  return waiting.splice(0, count);
}

function beginsAlike(a: readonly number[], b: readonly number[], length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
