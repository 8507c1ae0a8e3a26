/** Holds what fails while it is drawn: the rest of the thread goes on. */
import { Component as PreactComponent, type ComponentChildren } from "preact";

interface BoundaryProps {
  /** What is drawn anew when it changes. */
  readonly of: unknown;
  readonly fallback: ComponentChildren;
  readonly onError: (error: Error) => void;
  readonly children: ComponentChildren;
}

export class Boundary extends PreactComponent<BoundaryProps, { failed: unknown }> {
  override state = { failed: undefined };

  override componentDidCatch(error: unknown): void {
    this.setState({ failed: this.props.of });
    this.props.onError(error instanceof Error ? error : new Error(String(error)));
  }

  override render({ of, fallback, children }: BoundaryProps, { failed }: { failed: unknown }): ComponentChildren {
    return failed !== undefined && failed === of ? fallback : children;
  }
}
