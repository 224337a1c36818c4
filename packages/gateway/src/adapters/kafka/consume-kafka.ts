import {
  type Consumer,
  type ConsumerContext,
  consumeBy,
  openIntake,
  sayWhy,
  settleMs,
  takeMessage,
} from '../consume/consumer-context.ts';
import type { ConnectKafka, KafkaAssignment, KafkaConnection } from './kafka-connection.ts';
import { OffsetCommits } from './offset-commits.ts';

const lagEveryMs = 10_000;
const lastCommitMs = 5000;

/**
 * Stores what the topics of a group hold. An offset is committed after the commit of the events of every message before it, so what
 * is lost between the two comes again and is a duplicate. Connects again for ever.
 */
export function consumeKafka(context: ConsumerContext, connect: ConnectKafka): Consumer {
  return consumeBy(context, (stopping, opened) => runSession(context, connect, stopping, opened));
}

async function runSession(
  context: ConsumerContext,
  connect: ConnectKafka,
  stopping: AbortSignal,
  opened: () => void,
): Promise<void> {
  const connection = await connect();
  const lagTimer = setInterval(() => void measureLag(context, connection), lagEveryMs);
  try {
    for await (const assignment of connection.assignments(stopping)) {
      opened();
      await consumeAssignment(context, connection, assignment);
    }
  } finally {
    clearInterval(lagTimer);
    await connection.close();
  }
}

async function consumeAssignment(
  context: ConsumerContext,
  connection: KafkaConnection,
  { messages, over }: KafkaAssignment,
): Promise<void> {
  const intake = openIntake(context);
  const commits = new OffsetCommits(
    (positions) => connection.commit(positions),
    (error) =>
      context.log.warn({ channel: context.channel, cause: sayWhy(error) }, 'offsets were not committed yet'),
  );
  // A store that is away must not keep us from giving a partition back.
  over.addEventListener('abort', () => intake.close(), { once: true });
  try {
    for await (const { body, contentType, contentEncoding, ...position } of messages) {
      const onStored = commits.begin(position);
      if (body === undefined) {
        onStored();
        continue;
      }
      await takeMessage(context, intake, { body, contentType, contentEncoding }, onStored);
    }
  } finally {
    if (!(await intake.settled(settleMs)))
      context.log.warn(
        { channel: context.channel, events: intake.waiting },
        'events in flight were abandoned; their messages will come again',
      );
    intake.abandon();
    // A broker that is away must not hold us up: what is not committed comes again, and is a duplicate.
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, lastCommitMs).unref();
    });
    await Promise.race([commits.flush(), late]);
  }
}

async function measureLag({ channel, metrics, log }: ConsumerContext, connection: KafkaConnection) {
  try {
    for (const [topic, messages] of await connection.lag()) metrics.lag(channel, topic, messages);
  } catch (error) {
    log.debug({ channel, err: error }, 'the lag is not known');
  }
}
