/** Markdown of the assistant's, under the thread's rules for images and the page's for links. */
import { useCallback } from "preact/hooks";
import { Markdown, type MarkdownProps } from "../markdown/markdown";
import { useTranslate } from "../view/translate";
import { useSession } from "../view/use_session";
import { useImageRules } from "./image_rules";

export function MarkdownText({ text, isStreaming, marks }: Pick<MarkdownProps, "text" | "isStreaming" | "marks">) {
  const session = useSession();
  const translate = useTranslate();
  const { base, images } = useImageRules();
  const followLink = useCallback((url: string) => session.followDeeplink(url), [session]);
  return (
    <Markdown
      text={text}
      isStreaming={isStreaming}
      base={base}
      images={images}
      translate={translate}
      followLink={followLink}
      marks={marks}
    />
  );
}
