import type { Account } from './account.ts';
import type { MessageChannel } from './events.ts';
import type { Rng } from './rng.ts';
import { hour, minute } from './time.ts';

const channels: readonly [MessageChannel, ...MessageChannel[]] = ['email', 'push', 'sms', 'in_app'];
const opens: Record<MessageChannel, number> = { email: 0.32, push: 0.2, sms: 0.5, in_app: 0.65 };

/** Sends the player a message, and tells what became of it over the next hours. */
export function sendMessage(account: Account, rng: Rng, at: number, campaign: string): void {
  const channel = channels[rng.weighted([55, 25, 8, 12])] ?? 'email';
  const message = { messageId: account.newId('msg'), channel, campaign };
  account.later(at, (sent) => {
    account.emit('message.sent', sent, message);
    const bounced = rng.chance(channel === 'email' ? 0.02 : 0.005);
    account.later(sent + rng.between(1, 40) * 1000, (arrived) => {
      account.emit(bounced ? 'message.bounced' : 'message.delivered', arrived, message);
      if (bounced || !rng.chance(opens[channel])) return;
      account.later(arrived + Math.min(rng.exponential(2 * hour), 40 * hour), (opened) => {
        account.emit('message.opened', opened, message);
        if (!rng.chance(0.25)) return;
        account.later(opened + rng.between(0.1, 3) * minute, (clicked) => {
          account.emit('message.clicked', clicked, message);
        });
      });
    });
  });
}
