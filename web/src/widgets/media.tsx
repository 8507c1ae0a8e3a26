/** Icons and images. */
import { useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { useImageRules } from "../items/image_rules";
import { type ImageRules, safeImage } from "../markdown/urls";
import { type NodeProps, classes, textOf } from "./context";
import { blockStyle, color } from "./style";

export function IconNode({ component }: NodeProps) {
  return <span class={`ck-w-icon ck-icon-${textOf(component, "size") ?? "md"}`} style={{ color: color(component["color"]) }}><Icon name={textOf(component, "name") ?? ""} /></span>;
}

export function Image({ component }: NodeProps) {
  const { base, images } = useImageRules();
  const src = imageSource(textOf(component, "src") ?? "", base, images);
  const alt = textOf(component, "alt") ?? "";
  const [broken, setBroken] = useState<string | null>(null);
  if (src === null || src === broken) return <span class="ck-image-blocked" style={blockStyle(component)}>{alt}</span>;
  const style = { ...blockStyle(component), objectFit: textOf(component, "fit") ?? "", objectPosition: textOf(component, "position") ?? "" };
  const look = classes("ck-w-image", component["frame"] === true && "ck-framed", component["flush"] === true && "ck-w-flush");
  return <img class={look} src={src} alt={alt} style={style} loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(src)} />;
}

/** The address of a picture that may be shown, or null. */
export function imageSource(source: string, base: string, rules: ImageRules): string | null {
  if (/^data:image\/(png|jpeg|gif|webp);/i.test(source)) return source;
  return safeImage(source, base, rules).src;
}
