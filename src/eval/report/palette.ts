/** The colours of a chart, as CSS values. */
export interface Palette {
  text: string;
  grid: string;
  base: string;
  tuned: string;
  /** Training, the paler companion of `tuned`. */
  training: string;
  best: string;
  /** A budget or limit. */
  limit: string;
  /** The whiskers of intervals. */
  whisker: string;
}

/** For charts inside the report: its style sheet sets these for light and dark. */
export const pagePalette: Palette = {
  text: 'var(--muted)',
  grid: 'var(--rule)',
  base: 'var(--base)',
  tuned: 'var(--tuned)',
  training: 'var(--training)',
  best: 'var(--best)',
  limit: 'var(--limit)',
  whisker: 'var(--text)',
};

/** For pictures on an unknown background: middle tones, readable on white and on near black. */
export const neutralPalette: Palette = {
  text: '#768089',
  grid: '#76808950',
  base: '#768089',
  tuned: '#1f74e4',
  training: '#6a93c4',
  best: '#b7721a',
  limit: '#d9483b',
  whisker: '#768089',
};
