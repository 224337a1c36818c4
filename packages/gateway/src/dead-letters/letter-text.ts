import { isShallow } from '../errors/is-shallow.ts';

/** No event is stored that nests deeper; what does is kept to be looked at, and not as a value to be sent again. */
const maxDepth = 32;

export type LetterText = {
  /** All of it, as JSON. Any text in it that PostgreSQL cannot keep stands as an escape. */
  whole: string;
  /** Of that, what is kept. */
  kept: string;
  truncated: boolean;
};

/** Writes an item down, whatever it is, within `maxChars`. */
export function letterText(raw: unknown, maxChars: number): LetterText {
  const shallow = isShallow(raw, maxDepth);
  const whole = shallow ? flatJson(raw) : deepJson(raw);
  const fits = whole.length <= maxChars;
  return {
    whole,
    // A cut may part a pair of surrogates.
    kept: fits ? whole : whole.slice(0, maxChars).toWellFormed(),
    truncated: !fits || !shallow,
  };
}

type Piece = { text: string } | { value: unknown };

/** JSON of a value of any depth: the engine's own serialiser recurses, and a body of brackets would exhaust the stack. */
function deepJson(value: unknown): string {
  const parts: string[] = [];
  const rest: Piece[] = [{ value }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ('text' in next) parts.push(next.text);
    else if (typeof next.value !== 'object' || next.value === null) parts.push(flatJson(next.value));
    // Not spread into one call: a list of a million items is more than a call may have arguments.
    else for (const piece of pieces(next.value).reverse()) rest.push(piece);
  }
  return parts.join('');
}

function pieces(value: object): Piece[] {
  const isList = Array.isArray(value);
  const found: Piece[] = [{ text: isList ? '[' : '{' }];
  for (const [at, [key, item]] of Object.entries(value).entries()) {
    const comma = at === 0 ? '' : ',';
    found.push({ text: isList ? comma : `${comma}${JSON.stringify(key)}:` }, { value: item });
  }
  found.push({ text: isList ? ']' : '}' });
  return found;
}

/** What JSON has no word for is null, as in a list. */
const flatJson = (value: unknown): string => JSON.stringify(value) ?? 'null';
