/** One turn: its items, and its actions once it has ended. */
import { memo } from "preact/compat";
import { TurnActions } from "./turn_actions";
import { ItemView } from "./item";
import type { Turn } from "../view/turns";

export const TurnView = memo(({ turn, isLast, isRunning }: { turn: Turn; isLast: boolean; isRunning: boolean }) => {
  const isAnswer = turn.items[0]?.type !== "user_message";
  return (
    <div class="ck-turn-group" data-last={turn.items.at(-1)?.id}>
      {turn.items.map((item) => <ItemView key={item.id} item={item} />)}
      {isAnswer && !isRunning && <TurnActions turn={turn} isLast={isLast} />}
    </div>
  );
});
