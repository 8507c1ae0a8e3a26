/** Where images of the thread on screen may come from. */
import { useMemo } from "preact/hooks";
import { type ImageRules, originOf } from "../markdown/urls";
import { useHost, useSelect } from "../view/use_session";

/** The rules, and the address that relative ones are relative to: that of the page. */
export function useImageRules(): { base: string; images: ImageRules } {
  const { assets } = useHost();
  const api = useSelect((state) => state.options.api);
  const allowedHosts = useSelect((state) => state.thread.allowedImageDomains);
  const base = window.parent.document.baseURI;
  return useMemo(() => {
    const addresses = [base, "url" in api ? api.url : assets.base];
    const own = addresses.map((address) => originOf(address, base)).filter((origin) => origin !== null);
    return { base, images: { own: [...new Set(own)], allowedHosts } };
  }, [base, api, assets.base, allowedHosts]);
}
