import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { InputError } from '../common/index.js';

/**
 * Checks `value` against `schema` and fills in its defaults.
 * @param where What is being checked, for the message: `configs/quickstart.yaml`, or `the 'length' reward`.
 * @throws InputError naming the first wrong key with its path, and the nearest known key to an unknown one.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(`${where}: ${explain(result.error.issues[0], schema, value)}`);
}

function explain(found: z.core.$ZodIssue | undefined, schema: z.ZodType, value: unknown): string {
  if (!found) return 'not valid';
  const issue = issueOfBranch(found, schema, value);
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const full = path ? `${path}.${key}` : key;
    const known = knownKeys(schema, issue.path, value);
    return `unknown key '${full}'${suggestion(String(key), known)}`;
  }
  const given = at(value, issue.path);
  if (
    issue.code === 'invalid_union' &&
    issue.inclusive !== false &&
    issue.discriminator !== undefined &&
    given !== undefined
  ) {
    const known = (issue.options ?? []).filter((option) => typeof option === 'string');
    return `'${path}': unknown ${issue.discriminator} '${given}'${suggestion(String(given), known)}`;
  }
  // Lists and records may be long, and hold keys that were pasted by mistake.
  const isPlain = given !== undefined && (typeof given !== 'object' || given === null);
  const shown = isPlain ? ` (it is ${JSON.stringify(given)})` : '';
  return `'${path || 'value'}': ${lowerFirst(issue.message)}${shown}`;
}

/** Of a union whose branches differ in `type`, what is wrong in the branch that the value chose. */
function issueOfBranch(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.discriminator !== undefined) return issue;
  const branch = schemaAt(schema, issue.path, value);
  const inner =
    branch instanceof z.ZodObject ? branch.safeParse(at(value, issue.path)).error?.issues[0] : undefined;
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
}

/** `; did you mean 'x'?`, or the list of what there is when nothing is near. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const near = closest(word, known);
  if (distance(word, near) <= Math.max(2, Math.floor(word.length / 2))) return `; did you mean '${near}'?`;
  return `; known: ${known.join(', ')}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Reflect.get(here, key);
  }
  return here;
}

/** The keys that the schema knows at `path`; where it branches, those of the branch that `value` chose. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  const found = schemaAt(schema, path, value);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** The schema at a path; where it branches, the branch that `value` chose. */
function schemaAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): z.core.$ZodType | undefined {
  const [key, ...rest] = path;
  const plain = unwrap(schema, value);
  if (key === undefined) return plain;
  const child = childOf(plain, key);
  return child instanceof z.ZodType ? schemaAt(child, rest, at(value, [key])) : undefined;
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): unknown {
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodObject ? Reflect.get(schema.shape, key) : undefined;
}

function unwrap(schema: z.ZodType, value: unknown): z.core.$ZodType {
  let plain: z.core.$ZodType = schema;
  for (;;) {
    if (plain instanceof z.ZodDefault || plain instanceof z.ZodPrefault || plain instanceof z.ZodOptional) {
      plain = plain.unwrap();
    } else if (plain instanceof z.ZodPipe) {
      // A transformation's own output has no keys: those of what goes in count.
      plain = plain.out instanceof z.ZodTransform ? plain.in : plain.out;
    } else if (plain instanceof z.ZodUnion) {
      const branch = branchOf(plain, value);
      if (!branch) return plain;
      plain = branch;
    } else {
      return plain;
    }
  }
}

/** The branch of a union that a value's discriminator chooses: `type`, but where the union names another. */
function branchOf(union: z.ZodUnion, value: unknown): z.core.$ZodType | undefined {
  const discriminator = union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : 'type';
  const chosen = at(value, [discriminator]);
  return union.options.find((option) => {
    const tag: unknown = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    return tag instanceof z.ZodType && tag.safeParse(chosen).success;
  });
}
