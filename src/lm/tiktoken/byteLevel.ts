/**
 * The character that stands for each byte in a byte-level vocabulary: itself where it prints, else one from U+0100 on
 * (Radford et al. 2019, GPT-2).
 */
const CHARACTERS: readonly string[] = byteCharacters();
const ALL = new Set(CHARACTERS);

/** A token as a byte-level vocabulary writes it. */
export function byteLevelToken(bytes: Uint8Array): string {
  let token = '';
  for (const byte of bytes) token += CHARACTERS[byte];
  return token;
}

/** Whether a byte-level vocabulary could hold this text as the name of other bytes than its own. */
export function standsForOtherBytes(text: string): boolean {
  const characters = [...text];
  return (
    characters.every((character) => ALL.has(character)) && characters.some((character) => character > '~')
  );
}

function byteCharacters(): string[] {
  const prints = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte <= 0xff && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}
