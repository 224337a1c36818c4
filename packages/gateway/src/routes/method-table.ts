/** Which methods the OpenAPI document knows for a path, for an honest 405. */
export function methodTable(document: { paths?: Record<string, unknown> }): (path: string) => string[] {
  const table = Object.entries(document.paths ?? {}).map(([template, operations]) => ({
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    methods: Object.keys(operations ?? {}).map((method) => method.toUpperCase()),
  }));
  return (path) => [
    ...new Set(table.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
  ];
}
