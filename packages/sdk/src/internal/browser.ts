/** A page, as against a server, an edge runtime or a worker. */
export const inBrowserPage = (): boolean => typeof window !== 'undefined' && typeof document !== 'undefined';
