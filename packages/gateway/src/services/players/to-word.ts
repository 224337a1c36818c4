/** A word that the checker let in, as the type that it is. */
export function toWord<const T extends readonly string[]>(words: T, text: string): T[number] {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new Error(`${text} was stored but is none of ${words.join(', ')}`);
  return word;
}
