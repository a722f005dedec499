import { expect } from 'vitest';

/** Checks that elements are closed in the order they were opened and that no number went astray. */
export function checked(page: string): string {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/^<!doctype html>\n/, '');
  const open: string[] = [];
  for (const [tag, close, name] of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:\s[^<>]*)?>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else if (name !== 'meta' && !tag.endsWith('/>')) open.push(name);
  }
  expect(open).toEqual([]);
  expect(body).not.toMatch(/NaN|undefined|Infinity|\[object/);
  return page;
}

/** The texts of the sections' headings. */
export function headings(page: string): string[] {
  return [...page.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map(([, text]) => text);
}
