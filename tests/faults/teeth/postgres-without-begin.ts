/** The real postgres.js, named in our own address, but for `begin`: what it runs gets the pool and no transaction. */
const { default: real }: { default: (...args: unknown[]) => object } = await import(
  new URL(import.meta.url).searchParams.get('real') ?? ''
);

export default Object.assign((...args: unknown[]): object => {
  const sql = real(...args);
  return Object.assign(sql, {
    begin: (...of: unknown[]): unknown => {
      const run = of.at(-1);
      return typeof run === 'function' ? run(sql) : undefined;
    },
  });
}, real);
