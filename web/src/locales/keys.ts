/** Which keys a page may give strings for: every key of ours, and plural forms of those that count. */

/** Put in by the build: the element has to know the names of the strings, and carries none of them. */
declare const STRING_KEYS: readonly string[];

const KNOWN: ReadonlySet<string> = new Set(STRING_KEYS);
const PLURAL_FORMS = /#(?:zero|one|two|few|many)$/;

export function isStringKey(key: string): boolean {
  if (KNOWN.has(key)) return true;
  return PLURAL_FORMS.test(key) && KNOWN.has(key.replace(PLURAL_FORMS, "#one"));
}
