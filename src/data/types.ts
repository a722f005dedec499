/** A chat message, as in the OpenAI and TRL formats. */
export interface ChatMessage {
  role: string;
  content: string;
}

/** One prompt of a dataset. */
export interface PromptRow {
  /** The text to continue; of a conversation, the last message's text before the first answer. */
  prompt: string;
  /** The conversation, when the row holds one: it never ends with the assistant's turn. */
  messages?: readonly ChatMessage[];
  /** What is said after each answer but the last, when the row is a dialogue: every list asks for one more answer. */
  followUps?: readonly (readonly ChatMessage[])[];
  /** The row's other columns, for the reward. */
  row: Readonly<Record<string, unknown>>;
  /** Where the row starts in its file, counted from 1. */
  line: number;
}
