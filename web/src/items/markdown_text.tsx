/** Markdown of the assistant's, under the thread's rules for images and the page's for links. */
import { Markdown, type MarkdownProps } from "../markdown/markdown";
import { useTranslate } from "../view/translate";
import { useSelect, useSession } from "../view/use_session";

export function MarkdownText({ text, isStreaming, marks }: Pick<MarkdownProps, "text" | "isStreaming" | "marks">) {
  const session = useSession();
  const translate = useTranslate();
  const allowedHosts = useSelect((state) => state.thread.allowedImageDomains);
  return <Markdown text={text} isStreaming={isStreaming} allowedHosts={allowedHosts} translate={translate} followLink={(url) => session.followDeeplink(url)} {...(marks && { marks })} />;
}
