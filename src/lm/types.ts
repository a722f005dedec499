import type { ChatMessage } from '../data/index.js';
import type { DownloadProgress } from '../hub/index.js';
import type { DeviceChoice, LmDevice } from './device/types.js';

export type { ChatMessage, DownloadProgress };

/** Text to token ids and back, for one language model. */
export interface Tokenizer {
  /** Token ids of `text`, with the special tokens that the model expects at the start of a text. */
  encode(text: string): number[];
  /** Text of token ids, special tokens left out. Decoding no tokens gives ''. */
  decode(tokens: ArrayLike<number>): string;
  /** The text of a conversation, ready for the assistant's next turn. @throws InputError without a chat template. */
  chat(messages: readonly ChatMessage[]): number[];
  readonly hasChatTemplate: boolean;
}

/** What was found at the end of the model's graph. */
export interface LmHeadInfo {
  /** The product's operator: `MatMul`, `Gemm`, `MatMulNBits`, `MatMulInteger`. */
  op: string;
  /** Name of the product's node in the graph. */
  node: string;
  /** The type of the weight's numbers and how they are rounded, such as `4 bits in blocks of 32, with zero points`. */
  weights: string;
  /** Whether the weight is shared with the token embedding. */
  tied: boolean;
  /** Whether a bias is added to the product. */
  bias: boolean;
  /**
   * Operators between the product and `logits`, in order, such as `['Div', 'Tanh', 'Mul']` for a softcap. Steering adds
   * `beta * A` behind them: only where there are none is that the same as a changed hidden state. A scale rescales
   * beta; a softcap makes the two approximately equal.
   */
  after: readonly string[];
}

/** A language model, described. */
export interface LmInfo {
  /** The hub id or directory that the user named. */
  id: string;
  /** The directory that holds the model's files. */
  directory: string;
  /** The `.onnx` file that runs; of an encoder-decoder model, the one with the decoder. */
  modelFile: string;
  /** Whether a prompt is continued, or is the source of a text of its own (T5, BART, Marian). */
  kind: 'decoder' | 'encoder-decoder';
  vocabSize: number;
  /** Width of the `lm_head`'s input and rows. */
  hiddenSize: number;
  /** Decoder layers, `L`. */
  layerCount: number;
  /** The layers whose states a step shows: 0 the embeddings, `i` behind the `i`-th layer, `L` the `lm_head`'s input. */
  layers: readonly number[];
  /** Width of a step's `hidden`: `layers.length * hiddenSize`. */
  stateSize: number;
  /** Most tokens in one sequence, prompt and completion together; of an encoder-decoder model, in a completion. */
  contextLength: number;
  /** Most tokens in a prompt of an encoder-decoder model; undefined for a decoder. */
  sourceLength: number | undefined;
  /** Tokens that end a completion: the model's end-of-sequence tokens and `endOfTurnTokenIds`. */
  eosTokenIds: readonly number[];
  /** The token that the chat template puts behind an answer; none without a template, or where it is plain text. */
  endOfTurnTokenIds: readonly number[];
  head: LmHeadInfo;
  /** Where it runs. */
  device: LmDevice;
  /** Threads that ONNX Runtime uses; on another device than the CPU, for what that has no kernel for. */
  threads: number;
  /** Things a user should know, such as logits that depend on the rest of the batch. */
  warnings: readonly string[];
}

/** What the caller of {@link Lm.generate} sees before each new token. The arrays are only valid during the call. */
export interface DecodeStep {
  /** The sequences still running, as indices into the list of sequences (`prompt * samples + sample`). */
  sequences: readonly number[];
  /** New tokens that each of these has so far; `[rows]`. */
  positions: readonly number[];
  /**
   * The tokens before the new ones of each: its prompt, or nothing in an encoder-decoder model, which reads the source
   * apart; `[rows]` lists of token ids, not to be changed.
   */
  prompts: readonly (readonly number[])[];
  /** The new tokens of each so far; `[rows]` lists of token ids, not to be changed. */
  tokens: readonly (readonly number[])[];
  /** Next-token logits, which may be changed; `[rows, vocab]`. */
  logits: Float32Array;
  /** The states of `LmInfo.layers` at the last position, side by side; `[rows, stateSize]`. */
  hidden: Float32Array;
}

/** Chooses the next token of every running sequence; `[rows]`. */
export type NextTokens = (step: DecodeStep) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface GenerateOptions {
  /** Sequences per prompt; default 1. A prompt is prefilled once however many it gets. */
  samples?: number;
  /** Most new tokens per sequence. */
  maxNewTokens: number;
  nextTokens: NextTokens;
  /** Asked after each token: true ends that sequence with `finishReason: 'stop'`. */
  stop?: (sequence: number, tokens: readonly number[]) => boolean;
  /** Ends generation early by throwing {@link Interrupted}. */
  signal?: AbortSignal;
  /** Most sequences in one batch; default 32. */
  maxBatch?: number;
}

/** One generated sequence. */
export interface Generated {
  /** The new tokens, with the end-of-sequence token when the model chose it. */
  tokens: number[];
  finishReason: 'stop' | 'length';
}

/** A completion to read. */
export interface GivenSequence {
  /** Token ids; of an encoder-decoder model, the source. */
  prompt: readonly number[];
  /** Token ids, with the end-of-sequence token where it is to be read. */
  completion: readonly number[];
}

export interface ReadOptions {
  /** Whether to give the log-probabilities of the tokens; default true. */
  logProbs?: boolean;
  /** Whether to give the states; default false. */
  states?: boolean;
  /** For every sequence, tokens whose log-probabilities to give before each of its `T` tokens; each `[T, k]`. */
  candidates?: readonly Int32Array[];
  /** Ends reading early by throwing {@link Interrupted}. */
  signal?: AbortSignal;
}

/** What a language model says about a completion. */
export interface Reading {
  /**
   * Log-probability of each token over the whole vocabulary at temperature 1, in nats; `[T]`. -Infinity for a token
   * that the model never generates. Empty without `ReadOptions.logProbs`.
   */
  logProbs: Float32Array;
  /** The states of `LmInfo.layers` before each token, and behind the last one; `[T + 1, stateSize]`. */
  states?: Float32Array;
  /** Log-probabilities of the candidates before each token, over the whole vocabulary, in nats; `[T, k]`. */
  candidates?: Float32Array;
}

/** The rows of an `lm_head`'s weight, read from the model's files as they are needed. */
export interface TokenRows {
  /**
   * `[vocab, hidden]`, on memory that threads share. A row that was not loaded is zeros, and takes no memory where the
   * system hands out memory as it is written to.
   */
  readonly data: Float32Array<SharedArrayBuffer>;
  /**
   * Makes sure that the rows of some tokens are in `data`. Numbers are restored to 32-bit floats from what the model
   * has, without rounding. A weight of which no row lies in one piece is read as a whole at the first call.
   * @throws InputError when the model's files have changed.
   */
  load(tokens: ArrayLike<number>): Promise<void>;
}

/** A frozen language model. */
export interface Lm {
  readonly info: LmInfo;
  readonly tokenizer: Tokenizer;
  /** The rows of the `lm_head`'s weight, `e_a`: the same object at every call. */
  headRows(): TokenRows;
  /**
   * Continues every prompt (token ids), in batches with a KV cache.
   * @returns `prompts.length * samples` sequences, those of a prompt side by side.
   * @throws InputError when a prompt and its new tokens exceed the context, or a prompt is empty.
   */
  generate(prompts: readonly (readonly number[])[], options: GenerateOptions): Promise<Generated[]>;
  /**
   * Reads given completions, each as if the model had generated it: in one forward pass a batch where the graph shows
   * every position, else token by token. A pass gives at most 64 MiB of logits (but for a single target of an
   * encoder-decoder model, which is not divided), and takes twice that.
   * @throws InputError for a sequence that is longer than the context, or an empty prompt.
   */
  read(sequences: readonly GivenSequence[], options?: ReadOptions): Promise<Reading[]>;
  close(): Promise<void>;
}

/** Codes of a translation model's languages, such as `eng_Latn`. */
export interface Languages {
  /** Of the prompts; default: what the tokenizer marks them as. */
  source?: string | undefined;
  /** Of what is generated. */
  target?: string | undefined;
}

export interface OpenLmOptions {
  /** Which `onnx/model_*.onnx` to use, in transformers.js's words (`fp32`, `q4`, `fp16`, ...); default: the best there. */
  dtype?: string;
  /**
   * Where the model runs; default `cpu`. `auto` takes the first of `cuda`, `webgpu` and `cpu` that works, and of WebGPU's
   * adapters only a GPU's. Small models run faster on the CPU.
   */
  device?: DeviceChoice;
  /** ONNX Runtime's intra-op threads; default: the fastest of a short timing. */
  threads?: number;
  /**
   * The layers whose states a step shows, numbered as transformers' `hidden_states`: 0 is what the embeddings give,
   * `i` the residual stream behind the `i`-th layer, and the last, or -1, the `lm_head`'s input. Negative numbers
   * count from the end. Default `[-1]`, which needs nothing of the graph but its `lm_head`.
   */
  layers?: readonly number[];
  /** For a model that translates between many: NLLB, M2M100, mBART. */
  languages?: Languages;
  /** With a hub id: a branch, a tag or a commit; default `main`. A directory has none. */
  revision?: string;
  /** Told as files of the model arrive from the hub, one file after the other; not for files in the cache. */
  onDownload?: (progress: DownloadProgress) => void;
  /** Ends a download early by throwing {@link Interrupted}; what has arrived is kept for the next one. */
  signal?: AbortSignal;
}
