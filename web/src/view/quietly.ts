/** Work that a click starts: its failure is shown by the session, and logged without its text. */
import type { Session } from "../session/contract";
import { nameOf } from "../session/events";

export function quietly(session: Session, work: Promise<unknown>): void {
  work.catch((error: unknown) => session.log("view.failed", { name: nameOf(error) }));
}
