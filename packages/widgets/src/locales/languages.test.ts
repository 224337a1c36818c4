import { describe, expect, it } from 'vitest';
import { langOf, languages, messagesOf } from './languages.ts';

/** Something that a message takes: a degree where it tells a trait, else a number, which also counts and names. */
const argument = (path: string) => (path.startsWith('traits.') ? 'large' : 3);

/** Every message as text, by its path. Functions are called with something that they take. */
function texts(table: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(table)) {
    const at = `${path}${key}`;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'function') found.set(at, String(value(argument(at), 2, 3)));
    else for (const [inner, text] of texts(value, `${at}.`)) found.set(inner, text);
  }
  return found;
}

/** The same in every language: terms of the field, signs, and what is made of its arguments alone. */
const shared =
  /turnover|ggr|ngr|vip$|pending|windows|shortWindows|limit|inCluster|clusters\.model$|players\.columns\.vip|restriction$/i;

describe('the catalogues', () => {
  const english = texts(messagesOf('en'));

  it('say something for every message', () => {
    for (const lang of languages) {
      for (const [path, text] of texts(messagesOf(lang))) {
        if (path !== 'rules.windows.now') expect(text, `${lang} ${path}`).not.toBe('');
        expect(text, `${lang} ${path}`).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  it.each(['pt-BR', 'es'] as const)('%s leaves nothing in English', (lang) => {
    const same = [...texts(messagesOf(lang))].filter(
      ([path, text]) => text === english.get(path) && !shared.test(path),
    );
    expect(same).toEqual([]);
  });

  it('count as their language does', () => {
    expect([0, 1, 2].map(messagesOf('en').players.total)).toEqual(['0 players', '1 player', '2 players']);
    expect([0, 1, 2].map(messagesOf('pt-BR').players.total)).toEqual([
      '0 jogador',
      '1 jogador',
      '2 jogadores',
    ]);
    expect(messagesOf('es').players.total(1_000_000)).toBe('1.000.000 jugadores');
  });
});

describe('langOf', () => {
  it('finds the nearest language', () => {
    expect(['pt', 'pt-PT', 'PT-br', 'es-AR', 'de', '', null, undefined].map(langOf)).toEqual([
      'pt-BR',
      'pt-BR',
      'pt-BR',
      'es',
      'en',
      'en',
      'en',
      'en',
    ]);
  });
});
