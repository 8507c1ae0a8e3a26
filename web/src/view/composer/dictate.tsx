/** Dictation: asks, records with a clock, waits for the text. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../icons/icon";
import { nameOf } from "../../session/events";
import { quietly } from "../quietly";
import { useTranslate } from "../translate";
import { useSelect, useSession } from "../use_session";

const SECOND_MS = 1_000;

export function Dictate() {
  const session = useSession();
  const translate = useTranslate();
  const state = useSelect((known) => known.draft.dictation);
  const [problem, setProblem] = useState<"composer.noMicrophone" | "composer.dictationFailed" | null>(null);
  const seconds = useSeconds(state === "recording");
  const toggle = async () => {
    setProblem(null);
    const isStart = state === "off";
    try {
      await (isStart ? session.startDictation() : session.stopDictation());
    } catch (error) {
      session.log("dictation.failed", { name: nameOf(error) });
      setProblem(isStart ? "composer.noMicrophone" : "composer.dictationFailed");
    }
  };
  const cancel = () => quietly(session, session.cancelDictation());
  const label = translate(state === "recording" ? "composer.stopDictation" : state === "transcribing" ? "composer.transcribing" : "composer.dictate");
  return (
    <>
      {state === "recording" && (
        <>
          <span class="ck-recording" aria-hidden="true">{clock(seconds)}</span>
          <button type="button" class="ck-icon-button" aria-label={translate("history.cancel")} title={translate("history.cancel")} onClick={cancel}>
            <Icon name="close" />
          </button>
        </>
      )}
      <button type="button" class="ck-icon-button" aria-pressed={state === "recording"} disabled={state === "transcribing"} aria-label={label} title={label} onClick={() => void toggle()}>
        {state === "transcribing" ? <span class="ck-spinner" aria-hidden="true" /> : <Icon name={state === "recording" ? "stop" : "mic"} />}
      </button>
      <span class={problem ? "ck-composer-problem" : "ck-hidden"} role="status">
        {problem ? translate(problem) : state === "transcribing" ? translate("composer.transcribing") : ""}
      </span>
    </>
  );
}

function useSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((known) => known + 1), SECOND_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return seconds;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
