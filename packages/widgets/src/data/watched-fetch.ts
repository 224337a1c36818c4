/** What the watcher tells: whether the event stream is open. */
type Say = (open: boolean) => void;

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const isStream = (url: string) => /\/v1\/stream(\?|$)/.test(url);

/**
 * A fetch that tells when the event stream opens and breaks. The client mends a broken stream by itself and silently;
 * a reader of the live feed still has to be told that it stands still.
 */
export function watchedFetch(inner: Fetch, say: Say): Fetch {
  return async (url, init) => {
    if (!isStream(url)) return inner(url, init);
    let response: Response;
    try {
      response = await inner(url, init);
    } catch (error) {
      say(false);
      throw error;
    }
    if (!response.ok || response.body === null) {
      say(false);
      return response;
    }
    say(true);
    return new Response(watchedBody(response.body, say), response);
  };
}

function watchedBody(body: ReadableStream<Uint8Array>, say: Say): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        say(false);
        controller.close();
      } catch (error) {
        say(false);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
