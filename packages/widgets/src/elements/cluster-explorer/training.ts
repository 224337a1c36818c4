import type { StreamHub } from '../../data/stream-hub.ts';
import type { WidgetClient } from '../../data/widget-client.ts';
import type { Job } from '../../data/wire.ts';

const pollMs = 2000;

const isOver = ({ state }: Job) => state === 'succeeded' || state === 'failed' || state === 'cancelled';

/**
 * Follows a training job to its end, by the stream and, since a stream may be broken or forbidden, by asking.
 * `changed` hears each word once it is news; after the last one nothing is asked any more. Answers what ends it early.
 */
export function followJob(
  id: string,
  { client, stream }: { client: WidgetClient; stream: StreamHub },
  changed: (job: Job) => void,
): () => void {
  let over = false;
  let best = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = () => {
    over = true;
    clearTimeout(timer);
    unlisten();
  };
  const hear = (job: Job) => {
    // A polled answer may be older than what the stream already told.
    if (over || (!isOver(job) && job.progress < best)) return;
    best = job.progress;
    if (isOver(job)) end();
    changed(job);
  };
  const unlisten = stream.listen(null, {
    message: (message) => {
      if (message.event === 'job.updated' && message.data.id === id) hear(message.data);
    },
  });
  const ask = async () => {
    try {
      hear(await client.jobs.get(id));
    } catch {
      // The next look may succeed; the stream may be quicker.
    }
    if (!over) timer = setTimeout(() => void ask(), pollMs);
  };
  void ask();
  return end;
}
