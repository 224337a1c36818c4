/** `crmbet-segment-saved`: somebody made a segment of a cluster's rule. */
export class SegmentSavedEvent extends Event {
  static readonly type = 'crmbet-segment-saved';
  readonly segment: string;
  readonly name: string;

  constructor(segment: string, name: string) {
    super(SegmentSavedEvent.type, { bubbles: true, composed: true });
    this.segment = segment;
    this.name = name;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-segment-saved': SegmentSavedEvent;
  }
}
