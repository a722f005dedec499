import { lexicon } from 'vader-sentiment/src/vader_lexicon.js';

/** Entries that VADER 3.3.2 has and the npm package lacks, or gives another value. */
const newer: readonly (readonly [string, number])[] = [
  ['heart', 3.2],
  ['hearts', 3.3],
  ['badass', 1.4],
  ['flawed', -2.1],
];

/** Mean valence of each word and emoticon that carries sentiment, from -4 to 4. */
export const VALENCES: ReadonlyMap<string, number> = new Map([...Object.entries(lexicon), ...newer]);

const stronger = `absolutely amazingly awfully completely considerable considerably decidedly deeply effing
  enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously flipping
  flippin frackin fracking fricking frickin frigging friggin fully fuckin fucking fuggin fugging greatly hella
  highly hugely incredible incredibly intensely major majorly more most particularly purely quite really
  remarkably so substantially thoroughly total totally tremendous tremendously uber unbelievably unusually
  utter utterly very`;
const weaker = `almost barely hardly kinda kindof kind-of less little marginal marginally occasional
  occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of`;
const weakerPhrases = ['just enough', 'kind of', 'sort of'];

/** What a degree adverb adds to the valence of the word that it precedes. */
export const BOOSTERS: ReadonlyMap<string, number> = new Map([
  ...wordList(stronger).map((word): [string, number] => [word, 0.293]),
  ...[...wordList(weaker), ...weakerPhrases].map((word): [string, number] => [word, -0.293]),
]);

/** Words that negate, besides everything with `n't`. */
export const NEGATIONS: ReadonlySet<string> = new Set(
  wordList(`aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt
    neither neednt never none nope nor not nothing nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent
    without wont wouldnt rarely seldom despite`),
);

/** Phrases whose valence replaces that of the words in them. */
export const IDIOMS: ReadonlyMap<string, number> = new Map([
  ['the shit', 3],
  ['the bomb', 3],
  ['bad ass', 1.5],
  ['badass', 1.5],
  ['bus stop', 0],
  ['yeah right', -2],
  ['kiss of death', -1.5],
  ['to die for', 3],
  ['beating heart', 3.5],
]);

function wordList(words: string): string[] {
  return words.split(/\s+/);
}
