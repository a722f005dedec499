declare module 'vader-sentiment/src/vader_lexicon.js' {
  /** Mean valence of each lower-case word or emoticon, from -4 to 4. */
  export const lexicon: Readonly<Record<string, number>>;
}
