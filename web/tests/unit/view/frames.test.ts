// @vitest-environment happy-dom
/** One look for each frame, however much has come: an answer is drawn no more often than it is seen. */
import { expect, it, vi } from "vitest";
import { Store } from "../../../src/session/store";
import type { Session } from "../../../src/session/contract";
import { Frames } from "../../../src/view/frames";

function frames() {
  const store = new Store({ api: { url: "/chatkit" } });
  const session: Pick<Session, "subscribe"> = { subscribe: (listener) => store.subscribe(listener) };
  return { store, frames: new Frames(session as Session) };
}

it("tells once a frame of any number of changes", async () => {
  const { store, frames: all } = frames();
  const look = vi.fn();
  const leave = all.subscribe(look);
  for (let time = 0; time < 50; time += 1) store.set({ sent: time });
  expect(look).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1));
  store.set({ sent: 99 });
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2));
  leave();
});

it("tells nobody who has left, also of what came before", async () => {
  const { store, frames: all } = frames();
  const [left, stays] = [vi.fn(), vi.fn()];
  const leave = all.subscribe(left);
  const end = all.subscribe(stays);
  store.set({ sent: 1 });
  leave();
  await vi.waitFor(() => expect(stays).toHaveBeenCalledTimes(1));
  expect(left).not.toHaveBeenCalled();
  end();
});
