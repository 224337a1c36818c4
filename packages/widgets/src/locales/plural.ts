/** Chooses a form by the language's plural rule; `other` where a form is not given. */
export function plural(
  lang: string,
): (n: number, forms: { one?: string; many?: string; other: string }) => string {
  const rules = new Intl.PluralRules(lang);
  return (n, forms) => {
    const rule = rules.select(n);
    return (rule === 'one' || rule === 'many' ? forms[rule] : undefined) ?? forms.other;
  };
}
