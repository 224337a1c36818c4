/** `crmbet-player-select`: somebody chose a player. */
export class PlayerSelectEvent extends Event {
  static readonly type = 'crmbet-player-select';
  /** The operator's own id of the player. */
  readonly player: string;

  constructor(player: string) {
    super(PlayerSelectEvent.type, { bubbles: true, composed: true });
    this.player = player;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-player-select': PlayerSelectEvent;
  }
}
