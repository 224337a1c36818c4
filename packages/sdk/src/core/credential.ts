/** What a request puts after `Bearer`. */
export type Credential = {
  token(signal?: AbortSignal): Promise<string>;
  /** The gateway refused this token. True where another try may succeed with a new one. */
  refused(token: string, code: string): boolean;
};

export const apiKeyCredential = (apiKey: string): Credential => ({
  token: async () => apiKey,
  refused: () => false,
});
