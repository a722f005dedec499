/** A number in groups of three digits. */
export function whole(amount: number): string {
  return Math.round(amount).toLocaleString('en');
}

/** A number of things: `1 request`, `1,200 requests`. */
export function counted(amount: number, what: string): string {
  return `${whole(amount)} ${what}${amount === 1 ? '' : 's'}`;
}

/** Dollars to three significant digits. */
export function dollars(amount: number): string {
  return `$${amount.toLocaleString('en', { maximumSignificantDigits: 3 })}`;
}
