/** An image that the model makes: a placeholder, then ever finer versions, then the image. */
import { GuardedImage } from "../markdown/guarded_image";
import { imagePolicy, safeImage } from "../markdown/urls";
import type { ImageUnderWay } from "../protocol/unions";
import { useTranslate } from "../view/translate";
import { useImageRules } from "./image_rules";

/** Pictures that the app itself stored; an SVG in an `img` runs nothing and loads nothing. */
const STORED = /^(data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]|blob:)/i;

export function GeneratedImage({ item, isRunning }: { item: ImageUnderWay; isRunning: boolean }) {
  const translate = useTranslate();
  const { image } = item;
  if (!image && !isRunning) return null;
  return (
    <figure class={isRunning ? "ck-generated ck-is-running" : "ck-generated"} aria-busy={isRunning}>
      {image ? <Picture url={image.url} /> : <div class="ck-image-placeholder ck-skeleton" role="img" aria-label={translate("image.generating")} />}
      {isRunning && <Progress done={item.progress ?? null} />}
    </figure>
  );
}

function Picture({ url }: { url: string }) {
  const translate = useTranslate();
  const { base, images } = useImageRules();
  const alt = translate("image.generated");
  // The app made it: only a list that the thread sets keeps other hosts out.
  if (STORED.test(url) || images.allowedHosts === null) return <img src={url} alt={alt} />;
  const { src, host } = safeImage(url, base, images);
  const refused = <span class="ck-image-blocked">{translate("message.imageBlocked", { host })}</span>;
  return src === null ? refused : <GuardedImage src={src} alt={alt} policy={imagePolicy(images)}>{refused}</GuardedImage>;
}

/** How far it is, from 0 to 1; null where nobody says. */
function Progress({ done }: { done: number | null }) {
  const translate = useTranslate();
  const share = done === null ? null : Math.round(Math.min(Math.max(done, 0), 1) * 100);
  return (
    <figcaption class="ck-image-progress">
      <span class="ck-shimmer">{translate("image.generating")}</span>
      <progress aria-label={translate("image.generating")} {...(share !== null && { value: share, max: 100 })} />
    </figcaption>
  );
}
