/** The translator in force, for components. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Translate, translator } from "../locales/strings";

export const TranslateContext = createContext<Translate>(translator({}));

export function useTranslate(): Translate {
  return useContext(TranslateContext);
}
