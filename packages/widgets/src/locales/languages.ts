import { en, type Messages } from './en.ts';
import { es } from './es.ts';
import { ptBR } from './pt-BR.ts';

const catalogues = { en, 'pt-BR': ptBR, es } as const satisfies Record<string, Messages>;
export type Lang = keyof typeof catalogues;

export const languages = ['en', 'pt-BR', 'es'] as const satisfies readonly Lang[];

const primary = (tag: string) => tag.toLowerCase().split('-')[0];

/** The language of ours that serves a tag: `pt`, `pt-PT` → `pt-BR`; anything unknown → `en`. */
export function langOf(tag: string | null | undefined): Lang {
  return languages.find((known) => primary(known) === primary(tag ?? '')) ?? 'en';
}

export const messagesOf = (lang: Lang): Messages => catalogues[lang];
