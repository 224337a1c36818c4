/** `crmbet-model-ready`: a training that somebody watched is done, and players have new clusters. */
export class ModelReadyEvent extends Event {
  static readonly type = 'crmbet-model-ready';
  readonly model: string | null;

  constructor(model: string | null) {
    super(ModelReadyEvent.type, { bubbles: true, composed: true });
    this.model = model;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-model-ready': ModelReadyEvent;
  }
}
