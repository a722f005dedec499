import { isRecord } from '../../../config/index.js';
import { HIGHEST, LOWEST, type Verdict } from './questions.js';

/** What a chat endpoint answered. */
export interface Reply {
  /** Undefined when the model refused or was stopped from answering. */
  content: string | undefined;
  /** In words, why there may be no verdict. */
  excuse: string | undefined;
  /** Tokens as the server counted them. */
  usage: { inputTokens: number; outputTokens: number } | undefined;
}

/** Reads the answer of a chat endpoint. @returns A text that says what is wrong with it. */
export function readReply(answer: unknown): { value: Reply } | string {
  const choices: unknown = isRecord(answer) ? answer['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message: unknown = isRecord(choice) ? choice['message'] : undefined;
  if (!isRecord(answer) || !isRecord(choice) || !isRecord(message)) return 'answers without a chat message';
  const { content, refusal } = message;
  const finish = choice['finish_reason'];
  const refused = typeof refusal === 'string' && refusal !== '';
  const filtered = finish === 'content_filter';
  const text = typeof content === 'string' ? withoutThoughts(content) : undefined;
  return {
    value: {
      content: refused || filtered ? undefined : text,
      excuse: refused ? refusal : excuseOf(finish, text),
      usage: readUsage(answer['usage']),
    },
  };
}

/** What a reasoning model writes after its thoughts; undefined when that is nothing. */
function withoutThoughts(content: string): string | undefined {
  const text = content.replace(/<think>.*?(<\/think>|$)/gs, '').trim();
  return text === '' ? undefined : text;
}

function excuseOf(finish: unknown, content: string | undefined): string | undefined {
  if (finish === 'content_filter') return 'stopped by the content filter';
  if (finish === 'length') return `cut off at 'maxTokens'${content === undefined ? '' : `: ${content}`}`;
  return content ?? 'an empty answer';
}

function readUsage(usage: unknown): Reply['usage'] {
  if (!isRecord(usage)) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/**
 * The verdict in an answer: a score on the scale, or which response won, as the share of the first: 1, 0 or 0.5.
 * @returns Undefined when there is none, or one off the scale.
 */
export function verdictIn(content: string, verdict: Verdict): number | undefined {
  const given = valueIn(content, verdict);
  if (verdict === 'winner') return shareOf(given ?? content);
  const score = given === undefined ? scoreInText(content) : Number(given);
  return score !== undefined && score >= LOWEST && score <= HIGHEST ? score : undefined;
}

/** The value of a key in the first JSON object of a text. */
function valueIn(text: string, key: string): string | undefined {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  const ends = [text.lastIndexOf('}'), text.indexOf('}', start)];
  const values = ends.map((end) => parsedValue(text.slice(start, end + 1), key));
  return values.find((value) => value !== undefined);
}

function parsedValue(object: string, key: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(object);
    const value = isRecord(parsed) ? parsed[key] : undefined;
    return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The score that a text gives: out of ten, behind the word, or else its first number that is not of the scale itself. */
function scoreInText(text: string): number | undefined {
  const plain = text.replace(/\b1\s*(?:-|\u2013|to)\s*10\b/g, '');
  const number = '(-?\\d+(?:\\.\\d+)?)';
  const patterns = [`${number}\\s*(?:/|out of)\\s*10\\b`, `(?:score|rating)[^\\d-]{0,20}${number}`, number];
  for (const pattern of patterns) {
    const found = new RegExp(pattern, 'i').exec(plain);
    if (found) return Number(found[1]);
  }
  return undefined;
}

function shareOf(text: string): number | undefined {
  const [, winner] = /^\W*(?:(?:response|winner)\W+(?:is\W+)?)?(A|B|tie)\b\W*$/i.exec(text) ?? [];
  switch (winner?.toLowerCase()) {
    case 'a':
      return 1;
    case 'b':
      return 0;
    case 'tie':
      return 0.5;
    default:
      return undefined;
  }
}
