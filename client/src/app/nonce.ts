/**
 * The page's nonce, which every style element must carry. Some libraries make style elements
 * without asking for one, so each gets it as it is made.
 */

export const NONCE = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";

const make = document.createElement.bind(document);

document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const made = make(name, options);
  if (made instanceof HTMLStyleElement) made.nonce = NONCE;
  return made;
}) as typeof document.createElement;
