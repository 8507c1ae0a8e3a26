/** An image that the model makes: a placeholder, then ever finer versions, then the image. */
import type { GeneratedImageItem } from "../protocol/types";
import { useTranslate } from "../view/translate";

export function GeneratedImage({ item, isRunning }: { item: GeneratedImageItem; isRunning: boolean }) {
  const translate = useTranslate();
  if (!item.image) return <div class="ck-image-placeholder ck-skeleton" role="img" aria-label={translate("image.generating")} />;
  return (
    <figure class={isRunning ? "ck-generated ck-is-loading" : "ck-generated"} aria-busy={isRunning}>
      <img src={item.image.url} alt={translate("image.generated")} />
    </figure>
  );
}
