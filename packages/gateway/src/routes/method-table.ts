/** Which methods the OpenAPI document knows for a path, for an honest 405. */
export function methodTable(document: { paths?: Record<string, unknown> }): (path: string) => string[] {
  const table = Object.entries(document.paths ?? {}).map(([template, operations]) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    methods: Object.keys(operations ?? {}).map((method) => method.toUpperCase()),
  }));
  return (path) => {
    // A path that is written out is that path, even where another's parameter could stand for its last part.
    const own = table.find(({ template }) => template === path);
    const those = own === undefined ? table.filter(({ pattern }) => pattern.test(path)) : [own];
    return [...new Set(those.flatMap(({ methods }) => methods))];
  };
}
