/** Parts that are loaded when they are needed: an old page may ask for what a new server no longer has. */

const MISSING = "chatkit-part-missing";

/** The part; whoever listens is told when it does not come. */
export async function part<Loaded>(loading: Promise<Loaded>): Promise<Loaded> {
  try {
    return await loading;
  } catch (error) {
    window.dispatchEvent(new Event(MISSING));
    throw error;
  }
}

/** Calls back when a part did not come; the returned function ends it. */
export function onMissingPart(callback: () => void): () => void {
  window.addEventListener(MISSING, callback);
  return () => window.removeEventListener(MISSING, callback);
}
