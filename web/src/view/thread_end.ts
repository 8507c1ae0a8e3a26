/**
 * The end of a scrolling thread: whether the reader is there, going there, and room below a question
 * in which its answer can grow without anything moving.
 */

const NEAR_END_PX = 80;
const MARGIN_PX = 16;

export class ThreadEnd {
  /** The reader is at the end, and has not begun to scroll away. */
  sticks = true;
  private seen = { top: 0, height: 0, room: 0 };
  private reserves = false;

  constructor(
    private readonly view: HTMLElement,
    private readonly content: HTMLElement,
    private readonly spacer: HTMLElement,
    private readonly onMoved: (isAtEnd: boolean) => void,
  ) {}

  go(): void {
    this.sticks = true;
    this.fitSpacer();
    this.view.scrollTop = this.view.scrollHeight;
    this.look();
  }

  /** Keeps a screen's room from the last question on, until the answer fills it. */
  reserve(isOn: boolean): void {
    this.reserves = isOn;
    this.fitSpacer();
  }

  /** What is shown has another size, or the view has. */
  grown(follows: boolean): void {
    const hasRoom = this.fitSpacer() > 0;
    if (this.sticks && (follows || hasRoom)) this.view.scrollTop = this.view.scrollHeight;
    else if (this.distance() > 1) this.sticks = false;
    this.look();
  }

  /** The view was scrolled, by the reader or by us. */
  look(): void {
    const { scrollTop: top, scrollHeight: height, clientHeight: room } = this.view;
    const distance = this.distance();
    // The least move upwards is the reader's wish to stay; what shrinks also moves the view, and so does the
    // browser that keeps a place while the view gets lower.
    const isLeaving = top < this.seen.top - 1 && height >= this.seen.height;
    const isAway = distance >= NEAR_END_PX && height === this.seen.height;
    if (distance <= 1 || (distance < NEAR_END_PX && top > this.seen.top)) this.sticks = true;
    else if (room === this.seen.room && (isLeaving || isAway)) this.sticks = false;
    this.seen = { top, height, room };
    this.onMoved(distance < NEAR_END_PX);
  }

  /** Pixels below the view. */
  private distance(): number {
    return this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight;
  }

  /** The room that is left below the answer, in pixels. */
  private fitSpacer(): number {
    const question = this.reserves ? [...this.content.querySelectorAll(".ck-user")].at(-1) : null;
    const used = question ? this.content.getBoundingClientRect().bottom - question.getBoundingClientRect().top : 0;
    const room = question ? Math.max(0, this.view.clientHeight - used - MARGIN_PX) : 0;
    this.spacer.style.height = `${room}px`;
    return room;
  }
}
