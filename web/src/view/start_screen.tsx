/** What a new chat greets with, and what one may start from. */
import { Icon } from "../icons/icon";
import type { StartScreenPrompt } from "../element/options";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function StartScreen() {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.startScreen);
  const start = (prompt: StartScreenPrompt) => {
    const content = typeof prompt.prompt === "string" ? [{ type: "input_text" as const, text: prompt.prompt }] : prompt.prompt;
    quietly(session, session.sendPrompt(content));
  };
  return (
    <section class="ck-start">
      <h2 dir="auto">{options?.greeting ?? translate("start.greeting")}</h2>
      <ul class="ck-prompts">
        {options?.prompts?.map((prompt, index) => (
          <li key={index}>
            <button type="button" onClick={() => start(prompt)}>
              {prompt.icon && <Icon name={prompt.icon} />}
              <span dir="auto">{prompt.label}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
