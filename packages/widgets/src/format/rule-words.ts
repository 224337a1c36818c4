import type { Feature, Rule } from '../data/wire.ts';
import type { Messages } from '../locales/en.ts';
import { featureName } from './feature-words.ts';
import type { Formatter } from './format.ts';

const signs = { eq: '=', ne: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤' } as const;

export type RuleContext = {
  words: Messages;
  format: Formatter;
  features: ReadonlyMap<string, Feature>;
  /** A rule's money is in the currency of each account, so it is shown in the tenant's commonest; null shows none. */
  currency: string | null;
};

/** A rule as a line of text: `Deposited (30 d) ≥ R$ 500.00 and country is BR`. */
export function ruleWords(rule: Rule, context: RuleContext): string {
  const text = conditionWords(rule, context);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Deposited` → `deposited`, `GGR` stays: names stand in the middle of a sentence. */
const lowered = (name: string) =>
  /^\p{Lu}\p{Lu}/u.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);

function conditionWords(rule: Rule, context: RuleContext): string {
  const { words, format } = context;
  const nested = (inner: Rule) =>
    'all' in inner || 'any' in inner ? `(${conditionWords(inner, context)})` : conditionWords(inner, context);
  if ('all' in rule) return rule.all.map(nested).join(words.rules.and);
  if ('any' in rule) return rule.any.map(nested).join(words.rules.or);
  if ('not' in rule) return words.rules.not(conditionWords(rule.not, context));
  if ('restricted' in rule) return rule.restricted ? words.rules.restricted : words.rules.notRestricted;
  if ('attribute' in rule) {
    const what = words.rules.attributes[rule.attribute];
    const values = rule.values.join(', ');
    return rule.op === 'in' ? words.rules.in(what, values) : words.rules.notIn(what, values);
  }
  const feature = context.features.get(rule.feature);
  const window = feature === undefined ? '' : words.rules.windows[feature.window];
  const name = `${lowered(featureName(rule.feature, words))}${window === '' ? '' : ` (${window})`}`;
  const value =
    feature === undefined || (feature.unit === 'money' && context.currency === null)
      ? format.number(rule.value, 2)
      : format.feature(rule.value, feature.unit, context.currency);
  return `${name} ${signs[rule.op]} ${value}`;
}
