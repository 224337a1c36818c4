import type { FeatureId } from '@crmbet/sdk';
import { en, type Messages } from './en.ts';
import { es } from './es.ts';
import { ptBR } from './pt-BR.ts';

/** `deposits_amount_30d` and its other windows are one name. */
type NameOf<Id extends string> = Id extends `${infer Name}_${'7d' | '30d' | '90d' | 'lifetime'}` ? Name : Id;
type FeatureName = NameOf<FeatureId>;

/** A feature that the gateway has and a language has no words for does not compile. */
type Complete = Messages & Record<'features' | 'traits', Record<FeatureName, unknown>>;

const catalogues = { en, 'pt-BR': ptBR, es } as const satisfies Record<string, Complete>;
export type Lang = keyof typeof catalogues;

export const languages = ['en', 'pt-BR', 'es'] as const satisfies readonly Lang[];

const primary = (tag: string) => tag.toLowerCase().split('-')[0];

/** The language of ours that serves a tag: `pt`, `pt-PT` → `pt-BR`; anything unknown → `en`. */
export function langOf(tag: string | null | undefined): Lang {
  return languages.find((known) => primary(known) === primary(tag ?? '')) ?? 'en';
}

export const messagesOf = (lang: Lang): Messages => catalogues[lang];
